import { isMap } from "../values/is-map";
import type { Problem } from "./problems";
import { valueAt } from "../values/value-at";

/** A key that a stack has under the name of the release before, and the path that it has moved to. */
export interface RenamedKey {
  readonly from: string;
  readonly to: string;
}

/** A stack's own values, by the keys of this release alone. */
export interface ReadValues {
  readonly values: Record<string, unknown>;
  /** What had its old name. */
  readonly renamed: readonly RenamedKey[];
  /** What is there under both names; `values` has it from the new one. */
  readonly doubled: readonly RenamedKey[];
}

/** The keys of the release before. The release after this one reads them no more: this table goes then. */
export const renamedKeys: readonly RenamedKey[] = [
  { from: "pathType", to: "route.pathType" },
  { from: "routes", to: "route.more" },
  { from: "tls", to: "route.tls" },
  { from: "ingressAnnotations", to: "route.annotations" },
  { from: "timeouts", to: "route.timeouts" },
  { from: "retries", to: "route.retries" },
  { from: "previewHost", to: "route.previewHost" },
  { from: "affinity", to: "affinity.mode" },
  { from: "affinityBehavior", to: "affinity.behavior" },
  { from: "affinityCookie", to: "affinity.cookie" },
  { from: "nodePort", to: "service.nodePort" },
  { from: "previewNodePort", to: "service.previewNodePort" },
  { from: "nodeAddress", to: "service.nodeAddress" },
];

/** A stack's own values with every old key in its new place. */
export function readRenamed(given: Readonly<Record<string, unknown>>): ReadValues {
  const renamed = renamedKeys.filter((one) => isOld(one, given[one.from]));
  const doubled = renamed.filter(({ to }) => valueAt(given, to.split(".")) !== undefined);
  return { values: movedValues(given, renamed), renamed, doubled };
}

/** Values with some of them in their new places; what is there already wins. */
export function movedValues(
  given: Readonly<Record<string, unknown>>,
  moved: readonly RenamedKey[],
): Record<string, unknown> {
  const old = new Set(moved.map(({ from }) => from));
  const values = Object.fromEntries(Object.entries(given).filter(([key]) => !old.has(key)));
  for (const { from, to } of moved) {
    const [parent = "", child = ""] = to.split(".");
    const inside = values[parent] ?? {};
    // A value that isn't a map is reported when it is read.
    if (isMap(inside) && inside[child] === undefined) values[parent] = { ...inside, [child]: given[from] };
  }
  return values;
}

/** `affinity` was a text, and is a map. */
function isOld({ from, to }: RenamedKey, value: unknown): boolean {
  return to.startsWith(`${from}.`) ? typeof value === "string" : value !== undefined;
}

/** The path that a key has now. */
export function newName(path: string): string {
  return renamedKeys.find(({ from, to }) => from === path && !to.startsWith(`${from}.`))?.to ?? path;
}

/** A warning: `sluice:tls is now sluice:route.tls, …`. */
export function describeRenamed({ from, to }: RenamedKey): string {
  return `sluice:${from} is now sluice:${to}, and the next release reads only that: sluice config migrate renames it`;
}

/** A problem, with the old name of its key if the stack has that. */
export function asWritten(problem: Problem, renamed: readonly RenamedKey[]): Problem {
  const { key } = problem;
  const found = renamed.find(({ to }) => key === to || key.startsWith(`${to}.`));
  return found ? { ...problem, key: found.from + key.slice(found.to.length) } : problem;
}

/** What is wrong with a key that is there twice. */
export function doubledKey({ from, to }: RenamedKey, value: unknown): Problem {
  return {
    key: from,
    value,
    allowed: `must not stand beside sluice:${to}, which is its new name: remove one of the two`,
  };
}
