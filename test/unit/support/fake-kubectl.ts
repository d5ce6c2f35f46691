import { randomUUID } from "node:crypto";
import type { Manifest } from "../../../render/manifest";

/** What kubectl ends with. */
export interface KubectlAnswer {
  readonly status: number;
  /** What it prints: to stderr where the status is not 0 and it is no difference. */
  readonly text: string;
  readonly isError?: boolean;
}

interface Live extends Manifest {
  readonly metadata: Manifest["metadata"] & {
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** Answers as kubectl does, of objects that are kept in memory. */
export class FakeKubectl {
  readonly objects: Record<string, Live> = {};
  /** The calls so far, a line each: the verb and the objects. */
  readonly calls: string[] = [];
  /** Makes every `apply` and `diff` of an Ingress fail that doesn't force conflicts. */
  conflict = "";
  /** A kind whose objects can't be applied. */
  broken = "";

  answer(args: readonly string[], input: string): KubectlAnswer {
    const [verb = ""] = args;
    const items = input === "" ? [] : (JSON.parse(input) as { items: Live[] }).items;
    this.calls.push(`${verb} ${items.map(keyOf).join(", ")}`);
    switch (verb) {
      case "get":
        if (args.includes("--raw")) return { status: 0, text: "ok" };
        return listOf(
          args.includes("-f") ? items.flatMap((one) => this.objects[keyOf(one)] ?? []) : this.found(args.slice(1)),
        );
      case "delete":
        for (const one of items) delete this.objects[keyOf(one)];
        return { status: 0, text: "" };
      case "apply":
      case "diff":
        return this.refusal(verb, items, args) ?? (verb === "apply" ? this.apply(items) : this.diff(items));
      default:
        return { status: 1, text: `unknown command "${verb}"`, isError: true };
    }
  }

  /** The objects of some kinds: all of them, or those of a name, a namespace, a label. */
  private found([kinds = "", ...args]: readonly string[]): Live[] {
    const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
    const [label = "", value] = option("--selector")?.split("=") ?? [];
    const name = args[0]?.startsWith("--") ? undefined : args[0];
    return Object.values(this.objects).filter(
      ({ apiVersion, kind, metadata }) =>
        kinds.split(",").some((asked) => isOfKind(asked, apiVersion, kind)) &&
        (name === undefined || name === metadata.name) &&
        (args.includes("--all-namespaces") || (metadata.namespace ?? "") === (option("--namespace") ?? "")) &&
        (value === undefined || metadata.labels?.[label] === value),
    );
  }

  private refusal(verb: string, items: readonly Live[], args: readonly string[]): KubectlAnswer | undefined {
    const isOrdinary = items.some(({ kind }) => kind === "Ingress");
    if (this.conflict && isOrdinary && !args.includes("--force-conflicts=true"))
      return { status: 1, text: this.conflict, isError: true };
    const broken = verb === "apply" ? items.find(({ kind }) => kind === this.broken) : undefined;
    return broken && { status: 1, text: `Error from server: ${keyOf(broken)} is broken`, isError: true };
  }

  private apply(items: readonly Live[]): KubectlAnswer {
    for (const one of items) this.objects[keyOf(one)] = this.live(one);
    return { status: 0, text: "" };
  }

  private diff(items: readonly Live[]): KubectlAnswer {
    const text = items.map((one) => difference(one, this.objects[keyOf(one)], this.live(one))).join("");
    return { status: text === "" ? 0 : 1, text };
  }

  /** What the API server and the controllers would add. */
  private live(object: Live): Live {
    const { stringData, ...rest } = object as Live & { stringData?: Record<string, string> };
    const data = stringData && {
      data: Object.fromEntries(
        Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
      ),
    };
    const pods = (object as { spec?: { replicas?: number } }).spec?.replicas ?? 1;
    const status = { replicas: pods, updatedReplicas: pods, availableReplicas: pods, phase: "Active" };
    const uid = this.objects[keyOf(object)]?.metadata.uid ?? randomUUID();
    return { ...rest, ...data, status, metadata: { ...object.metadata, uid } };
  }
}

/** `Kind namespace/name`. */
export function keyOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

function listOf(items: readonly Live[]): KubectlAnswer {
  return { status: 0, text: items.length > 0 ? JSON.stringify({ kind: "List", items }) : "" };
}

/** Kinds are asked for in singular or plural, and with their API group where several have one of that name. */
function isOfKind(asked: string, apiVersion: string, kind: string): boolean {
  const [name, ...group] = asked.split(".");
  return (
    (name === plural(kind) || name === kind.toLowerCase()) &&
    (group.length === 0 || apiVersion.startsWith(`${group.join(".")}/`))
  );
}

function plural(kind: string): string {
  return `${kind.toLowerCase()}${kind.endsWith("s") ? "es" : "s"}`;
}

/** One object's part of what `kubectl diff` prints. */
function difference({ apiVersion, kind, metadata }: Live, old: Live | undefined, live: Live): string {
  const [before, now] = [old ? lines(old) : [], lines(live)];
  if (before.join() === now.join()) return "";
  const name = `${apiVersion.replace("/", ".")}.${kind}.${metadata.namespace ?? ""}.${metadata.name}`;
  const removed = before.filter((line) => !now.includes(line)).map((line) => `-${line}`);
  const added = now.filter((line) => !before.includes(line)).map((line) => `+${line}`);
  const head = [`diff -u -N /tmp/LIVE-1/${name} /tmp/MERGED-2/${name}`, `--- /tmp/LIVE-1/${name}\t2026`];
  return [...head, `+++ /tmp/MERGED-2/${name}\t2026`, "@@ -1 +1 @@", ...removed, ...added, ""].join("\n");
}

function lines({ metadata, ...object }: Live): string[] {
  const { status: _, ...rest } = object as typeof object & { status?: unknown };
  const { uid: __, ...named } = metadata;
  return JSON.stringify({ ...rest, metadata: named }, undefined, 2).split("\n");
}
