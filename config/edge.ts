import type { Problem } from "./problems";
import type { GivenValues, Values } from "./schema";
import { imageNeeded, type VersionConfig } from "./versions";
import { uncalled, type WorkloadConfig } from "./workloads";
import { wrongOnes, type Row } from "./wrong";

/** A stack's values with the workload that users reach as `workload` and `versions`. */
export type Edge = { readonly values: Values } | { readonly problems: readonly Problem[] };

type Workloads = Readonly<Record<string, WorkloadConfig>>;

/**
 * Finds the workload that users reach: of several it is the one that no other calls.
 *
 * @param raw the stack's own values, before defaults.
 */
export function edgeOf(raw: Readonly<Record<string, unknown>>, given: GivenValues): Edge {
  const { workloads, versions } = given;
  if (!workloads) return described(given, versions);
  const allowed = "has no meaning beside sluice:workloads, which names all: remove one of the two";
  const doubled = ["workload", "versions"].map((key): Row => [key, raw[key] !== undefined, allowed]);
  const problems = [...wrongOnes(raw, doubled), ...callProblems(workloads)];
  const [edge = ""] = uncalled(workloads);
  const own = workloads[edge];
  if (problems.length > 0 || !own) return { problems };
  return { values: { ...given, workload: edge, versions: own.versions } };
}

/** Without an application's objects, a version has nothing but what the stack says of it. */
function described(given: GivenValues, versions: GivenValues["versions"]): Edge {
  const { from } = given;
  const problems = wrongOnes({ versions }, [
    ["versions", !versions, "must be a map from version names to their image and settings"],
    ...Object.entries(versions ?? {}).flatMap(([name, version]): Row[] => [
      [`versions.${name}.image`, version.image === undefined, imageNeeded],
      [`versions.${name}.patch`, version.patch !== undefined && !from, "has no meaning without sluice:from"],
      ...(["values", "version"] as const).map((key): Row => [
        `versions.${name}.${key}`,
        version[key] !== undefined && from?.chart === undefined,
        "has no meaning without sluice:from.chart",
      ]),
    ]),
  ]);
  return problems.length > 0
    ? { problems }
    : { values: { ...given, versions: versions as Readonly<Record<string, VersionConfig>> } };
}

function callProblems(workloads: Workloads): Problem[] {
  const names = Object.keys(workloads);
  const unknown = Object.entries(workloads).flatMap(([name, { calls }]) =>
    calls.map((called): Row => [
      `workloads.${name}.calls`,
      called === name || !names.includes(called),
      `must be one of the other workloads: ${names.filter((other) => other !== name).join(", ")}`,
      called,
    ]),
  );
  const strangers = wrongOnes({}, unknown);
  if (strangers.length > 0) return strangers;
  const edges = uncalled(workloads);
  const [edge = ""] = edges;
  const circle = circleFrom(edge, workloads);
  const beyond = names.filter((name) => !reachedFrom(edge, workloads).has(name));
  const [problem] = wrongOnes({}, [
    [
      "workloads",
      edges.length !== 1,
      `must have exactly one workload that no other calls, which users reach: ${edge === "" ? "here each is called" : "name in calls what it calls"}`,
      edges,
    ],
    [`workloads.${circle?.[0]}.calls`, circle, "must not lead back to itself", circle?.join(" → ")],
    ["workloads", beyond.length > 0, `must not call each other in a circle that ${edge} does not reach`, beyond],
  ]);
  return problem ? [problem] : [];
}

function circleFrom(name: string, workloads: Workloads, path: readonly string[] = []): string[] | undefined {
  if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
  return (workloads[name]?.calls ?? [])
    .map((called) => circleFrom(called, workloads, [...path, name]))
    .find((circle) => circle !== undefined);
}

/** Every workload that calls lead to; one that they have led to is not asked again. */
function reachedFrom(name: string, workloads: Workloads, reached = new Set<string>()): Set<string> {
  if (reached.has(name)) return reached;
  reached.add(name);
  for (const called of workloads[name]?.calls ?? []) reachedFrom(called, workloads, reached);
  return reached;
}
