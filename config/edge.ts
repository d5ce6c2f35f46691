import type { Problem } from "./problems";
import type { GivenValues, Values } from "./schema";
import { imageNeeded, type VersionConfig } from "./versions";
import { uncalled, type WorkloadConfig } from "./workloads";

/** A stack's values with the workload that users reach as `workload` and `versions`. */
export type Edge = { readonly values: Values } | { readonly problems: readonly Problem[] };

/**
 * Finds the workload that users reach: of several it is the one that no other calls.
 *
 * @param raw the stack's own values, before defaults.
 */
export function edgeOf(raw: Readonly<Record<string, unknown>>, given: GivenValues): Edge {
  const { workloads, versions } = given;
  if (!workloads) {
    if (versions) return withImages(given, versions);
    const allowed = "must be a map from version names to their image and settings";
    return { problems: [{ key: "versions", value: undefined, allowed }] };
  }
  const doubled = ["workload", "versions"]
    .filter((key) => raw[key] !== undefined)
    .map((key) => ({
      key,
      value: raw[key],
      allowed: "has no meaning beside sluice:workloads, which names all: remove one of the two",
    }));
  const problems = [...doubled, ...callProblems(workloads)];
  const [edge = ""] = uncalled(workloads);
  const own = workloads[edge];
  if (problems.length > 0 || !own) return { problems };
  return { values: { ...given, workload: edge, versions: own.versions } };
}

/** Without an application's objects, a version has nothing but what the stack says of it. */
function withImages(given: GivenValues, versions: NonNullable<GivenValues["versions"]>): Edge {
  const described: Record<string, VersionConfig> = {};
  const problems: Problem[] = [];
  for (const [name, { image, ...version }] of Object.entries(versions)) {
    const key = `versions.${name}`;
    if (image === undefined) problems.push({ key: `${key}.image`, value: undefined, allowed: imageNeeded });
    else described[name] = { ...version, image };
    for (const field of ["patch", "values", "version"] as const)
      if (version[field] !== undefined && !(field === "patch" ? given.from : given.from?.chart))
        problems.push({
          key: `${key}.${field}`,
          value: version[field],
          allowed: `has no meaning without sluice:from${field === "patch" ? "" : ".chart"}`,
        });
  }
  return problems.length > 0 ? { problems } : { values: { ...given, versions: described } };
}

function callProblems(workloads: Readonly<Record<string, WorkloadConfig>>): Problem[] {
  const names = Object.keys(workloads);
  const unknown = Object.entries(workloads).flatMap(([name, { calls }]) =>
    calls
      .filter((called) => called === name || !names.includes(called))
      .map((called) => ({
        key: `workloads.${name}.calls`,
        value: called,
        allowed: `must be one of the other workloads: ${names.filter((other) => other !== name).join(", ")}`,
      })),
  );
  if (unknown.length > 0) return unknown;
  const [edge, ...more] = uncalled(workloads);
  if (edge === undefined || more.length > 0)
    return [
      {
        key: "workloads",
        value: [edge, ...more].filter((name) => name !== undefined),
        allowed: `must have exactly one workload that no other calls, which users reach: ${edge === undefined ? "here each is called" : "name in calls what it calls"}`,
      },
    ];
  const circle = circleFrom(edge, workloads);
  if (circle)
    return [
      { key: `workloads.${circle[0]}.calls`, value: circle.join(" → "), allowed: "must not lead back to itself" },
    ];
  const reached = reachedFrom(edge, workloads);
  const beyond = names.filter((name) => !reached.has(name));
  return beyond.length === 0
    ? []
    : [
        {
          key: "workloads",
          value: beyond,
          allowed: `must not call each other in a circle that ${edge} does not reach`,
        },
      ];
}

function circleFrom(
  name: string,
  workloads: Readonly<Record<string, WorkloadConfig>>,
  path: readonly string[] = [],
): string[] | undefined {
  if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
  return (workloads[name]?.calls ?? [])
    .map((called) => circleFrom(called, workloads, [...path, name]))
    .find((circle) => circle !== undefined);
}

function reachedFrom(name: string, workloads: Readonly<Record<string, WorkloadConfig>>): Set<string> {
  const calls = workloads[name]?.calls ?? [];
  return new Set([name, ...calls.flatMap((called) => [...reachedFrom(called, workloads)])]);
}
