import { randomUUID } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubectlEngine } from "../../../engines/kubectl/engine";
import type { Manifest } from "../../../engines/kubectl/manifest";
import { Kubectl } from "../../../engines/kubectl/client";
import type { StepContext } from "../../../progress/step";
import type { RawConfig } from "./stacks";

/** A step's context that nobody watches. */
export const quietContext: StepContext = { report: () => undefined, signal: new AbortController().signal };

/** A cluster in a temporary folder, behind a program that answers as kubectl does. */
export class FakeCluster {
  private readonly folder = mkdtempSync(join(tmpdir(), "sluice-fake-"));
  readonly program = join(this.folder, "kubectl");

  constructor() {
    copyFileSync(join(__dirname, "fake-kubectl.js"), this.program);
    chmodSync(this.program, 0o755);
  }

  /** The engine for a stack on this cluster; charts render to nothing. */
  engine(config: RawConfig, stack = "test"): KubectlEngine {
    const target = { stack, file: `Pulumi.${stack}.yaml`, config, cluster: { name: "the fake cluster" } };
    return new KubectlEngine(target, {
      kubectl: () => Promise.resolve(this.program),
      renderChart: () => () => Promise.resolve([]),
    });
  }

  kubectl(): Kubectl {
    return new Kubectl(this.program, { name: "the fake cluster" }, quietContext.signal);
  }

  /** The objects by `Kind namespace/name`. */
  objects(): Record<string, Manifest> {
    return JSON.parse(this.read("objects.json") || "{}") as Record<string, Manifest>;
  }

  names(): string[] {
    return Object.keys(this.objects()).sort();
  }

  /** Puts an object there as somebody else would. */
  put(manifest: Manifest): void {
    const { kind, metadata } = manifest;
    const made = { ...manifest, metadata: { ...metadata, uid: randomUUID() } };
    const objects = { ...this.objects(), [`${kind} ${metadata.namespace ?? ""}/${metadata.name}`]: made };
    writeFileSync(join(this.folder, "objects.json"), JSON.stringify(objects));
  }

  /** Makes every update of an Ingress fail that doesn't force conflicts. */
  conflict(message: string): void {
    writeFileSync(join(this.folder, "conflict.txt"), message);
  }

  /** Makes every update of a kind fail; of no kind by the empty text. */
  break(kind: string): void {
    writeFileSync(join(this.folder, "broken.txt"), kind);
  }

  /** The calls so far, a line each: the verb and the objects. */
  calls(): string[] {
    return this.read("calls.log").trim().split("\n");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private read(name: string): string {
    const file = join(this.folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }
}
