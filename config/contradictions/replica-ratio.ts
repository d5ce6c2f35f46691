import type { Problem } from "../problems";
import type { Values } from "../schema";
import { versionRows } from "./versions";
import { wrongOnes, type Row } from "../wrong";

/** What contradicts itself in a stack that splits by replicas. */
export function replicaRatioProblems(values: Values): Problem[] {
  const { stable = "", canary = "", versions } = values;
  return wrongOnes(values, [
    ...versionRows(values, "nobody would be served once the canary goes"),
    ...[stable, canary].map((version): Row => [
      `versions.${version}.autoscaling`,
      versions[version]?.autoscaling,
      "has no meaning under strategy replicaRatio (an autoscaler would move the share): set replicas instead",
    ]),
  ]);
}
