import { isUnreachable } from "../../traffic/plan";
import type { Problem } from "../problems";
import { defaultAffinityCookie, planOf } from "../routing";
import type { Values } from "../schema";
import { canaryUserKeys } from "../meaning";
import { versionRows } from "./versions";
import { wrongOnes, type Row } from "../wrong";

/** What contradicts itself in a stack with a canary. */
export function canaryProblems(values: Values): Problem[] {
  const { canary, canaryWeight = 0, weightTotal = 100, cookieMatch, affinity } = values;
  const cookie = affinity?.cookie ?? defaultAffinityCookie;
  const total = values.weightTotal === undefined ? " (percent of requests)" : ", which sluice:weightTotal says";
  const problems = wrongOnes(values, [
    ...versionRows(values, "ingress-nginx answers 503 to everybody"),
    ["canaryWeight", canaryWeight > weightTotal, `must be a whole number from 0 to ${weightTotal}${total}`],
    ...canaryUserKeys.map((key): Row => [
      key,
      canary === undefined && (values[key] ?? 0) !== 0,
      "has no meaning without sluice:canary: set it, or remove this key",
    ]),
  ]);
  const isReachable = canary !== undefined && problems.length === 0 && !isUnreachable(planOf(values));
  return [
    ...problems,
    ...wrongOnes(values, [
      [
        `versions.${canary}.replicas`,
        isReachable && values.versions[canary]?.replicas === 0,
        "must be at least 1: with no pod behind the canary, ingress-nginx sends everybody to stable in silence",
      ],
      [
        "affinity.behavior",
        affinity?.behavior !== undefined && canary === undefined,
        "has no meaning without sluice:canary: remove it",
      ],
      [
        "cookieMatch",
        affinity && cookieMatch?.toLowerCase() === cookie.toLowerCase(),
        `must be another cookie than ${cookie}, the affinity's`,
      ],
    ]),
  ];
}
