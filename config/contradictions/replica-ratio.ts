import type { Problem } from "../problems";
import type { Values } from "../schema";
import { emptyStable, versionProblems } from "./versions";

/** What contradicts itself in a stack that splits by replicas. */
export function replicaRatioProblems(values: Values): Problem[] {
  const { stable = "", canary, versions } = values;
  const scaling = [stable, canary ?? ""].filter((version) => versions[version]?.autoscaling !== undefined);
  return [
    ...versionProblems(values),
    ...emptyStable(values, "nobody would be served once the canary goes"),
    ...scaling.map((version) => ({
      key: `versions.${version}.autoscaling`,
      value: versions[version]?.autoscaling,
      allowed: "has no meaning under strategy replicaRatio (an autoscaler would move the share): set replicas instead",
    })),
  ];
}
