import { isDeepStrictEqual } from "node:util";
import { canaryUserKeys } from "../config/meaning";
import { ownValues } from "../config/own-values";

/** The keys that decide who is served by which version. */
export const trafficKeys = [
  "strategy",
  "router",
  "stable",
  "canary",
  ...canaryUserKeys,
  "affinity",
  "colors",
  "activeColor",
  "retireIdle",
] as const;

/** Values by the key's path in a stack; `null` where the stack sets none. */
export type TrafficValues = Readonly<Record<string, unknown>>;

/**
 * What of a stack's values decides about its traffic: the keys above, and the number of pods of each version, which is
 * the share where a Service splits by replicas.
 *
 * @param raw values by full key, texts as Pulumi passes them or values as YAML has them.
 */
export function trafficValues(raw: Readonly<Record<string, unknown>>): TrafficValues {
  const values = ownValues(raw);
  const workloads = Object.entries((values["workloads"] ?? {}) as Record<string, { versions?: unknown } | null>);
  return {
    ...Object.fromEntries(trafficKeys.map((key) => [key, asNumber(values[key]) ?? null])),
    ...replicasOf("", values["versions"]),
    ...Object.fromEntries(
      workloads.flatMap(([name, workload]) => Object.entries(replicasOf(`workloads.${name}.`, workload?.versions))),
    ),
  };
}

function replicasOf(place: string, versions: unknown): TrafficValues {
  return Object.fromEntries(
    Object.entries((versions ?? {}) as Record<string, { replicas?: unknown } | null>).map(([version, config]) => [
      `${place}versions.${version}.replicas`,
      asNumber(config?.replicas) ?? null,
    ]),
  );
}

/**
 * What must be set, and taken out where it is `null`, so that a stack's traffic is as it was. Versions that came later
 * keep their pods.
 */
export function changesBetween(now: TrafficValues, then: TrafficValues): TrafficValues {
  return Object.fromEntries(
    Object.entries(then).filter(([path, value]) => now[path] !== undefined && !isDeepStrictEqual(value, now[path])),
  );
}

/** Pulumi's command line writes whole numbers as texts. */
export function asNumber(value: unknown): unknown {
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
}
