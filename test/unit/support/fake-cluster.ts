import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kubectl } from "../../../preflight/client";
import type { Manifest } from "../../../render/manifest";
import type { StepContext } from "../../../progress/step";
import { FakeKubectl, keyOf } from "./fake-kubectl";

/** A step's context that nobody watches. */
export const quietContext: StepContext = { report: () => undefined, signal: new AbortController().signal };

/**
 * A cluster in memory, behind a program that answers as kubectl does.
 *
 * The program is a real one, as the engine starts it, but hands every call to this process: an interpreter of its own for
 * each of a test's many calls would take longer than all else that the tests do.
 */
export class FakeCluster {
  private readonly folder = mkdtempSync(join(tmpdir(), "sluice-fake-"));
  private readonly kubectlItself = new FakeKubectl();
  private readonly server: Server = createServer((socket) => this.serve(socket));
  readonly program = join(this.folder, "kubectl");

  constructor() {
    writeFileSync(this.program, handOver, { mode: 0o755 });
    this.server.listen(0, "127.0.0.1", () => {
      const { port } = this.server.address() as AddressInfo;
      writeFileSync(join(this.folder, "port"), `${port}\n`);
    });
    this.server.unref();
  }

  kubectl(): Kubectl {
    return new Kubectl(this.program, { name: "the fake cluster" }, quietContext.signal);
  }

  /** The objects by `Kind namespace/name`. */
  objects(): Record<string, Manifest> {
    return this.kubectlItself.objects;
  }

  names(): string[] {
    return Object.keys(this.objects()).sort();
  }

  /** Puts an object there as somebody else would. */
  put(manifest: Manifest): void {
    const made = { ...manifest, metadata: { ...manifest.metadata, uid: randomUUID() } };
    this.kubectlItself.objects[keyOf(manifest)] = made;
  }

  /** Makes every update of an Ingress fail that doesn't force conflicts. */
  conflict(message: string): void {
    this.kubectlItself.conflict = message;
  }

  /** Makes every update of a kind fail; of no kind by the empty text. */
  break(kind: string): void {
    this.kubectlItself.broken = kind;
  }

  /** The calls so far, a line each: the verb and the objects. */
  calls(): string[] {
    return [...this.kubectlItself.calls];
  }

  remove(): void {
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Reads the number of arguments, the arguments and the input, each ended by a NUL, and answers. */
  private serve(socket: Socket): void {
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      received += chunk;
      const [count = "", ...parts] = received.split("\0");
      if (parts.length < Number(count) + 2) return;
      const args = parts.slice(0, Number(count));
      const { status, text, isError } = this.kubectlItself.answer(args, parts[args.length] ?? "");
      socket.end(`${status} ${isError ? 2 : 1}\n${text}`);
    });
  }
}

/**
 * Sends the call to the port that is written beside it, as soon as it is; the answer's first line is the exit status and
 * where the rest goes.
 */
const handOver = `#!/usr/bin/env bash
until read -r port 2>/dev/null <"\${0%/*}/port"; do sleep 0.01; done
exec 3<>"/dev/tcp/127.0.0.1/$port"
input=
[[ " $* " == *" -f - "* ]] && input=$(cat)
printf '%s\\0' "$#" "$@" "$input" >&3
read -r status stream <&3
cat <&3 >&"$stream"
exit "$status"
`;
