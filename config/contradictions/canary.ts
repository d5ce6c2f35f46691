import { isUnreachable } from "../../traffic/plan";
import type { Problem } from "../problems";
import { defaultAffinityCookie, planOf } from "../routing";
import type { Values } from "../schema";
import { emptyStable, versionProblems } from "./versions";

/** What contradicts itself in a stack with a canary. */
export function canaryProblems(values: Values): Problem[] {
  const { canary, canaryWeight = 0, weightTotal = 100 } = values;
  const problems = [...versionProblems(values), ...emptyStable(values, "ingress-nginx answers 503 to everybody")];
  if (canaryWeight > weightTotal)
    problems.push({
      key: "canaryWeight",
      value: canaryWeight,
      allowed: `must be a whole number from 0 to ${weightTotal}${values.weightTotal === undefined ? " (percent of requests)" : ", which sluice:weightTotal says"}`,
    });
  if (canary === undefined) problems.push(...withoutCanary(values));
  const isReachable = canary !== undefined && problems.length === 0 && !isUnreachable(planOf(values));
  if (isReachable && values.versions[canary]?.replicas === 0)
    problems.push({
      key: `versions.${canary}.replicas`,
      value: 0,
      allowed: "must be at least 1: with no pod behind the canary, ingress-nginx sends everybody to stable in silence",
    });
  return [...problems, ...affinityProblems(values)];
}

function withoutCanary(values: Values): Problem[] {
  const { canaryWeight, weightTotal, headerMatch, cookieMatch, clientMatch, mirrorPercent } = values;
  return Object.entries({ canaryWeight, weightTotal, headerMatch, cookieMatch, clientMatch, mirrorPercent })
    .filter(([, value]) => value !== undefined && value !== 0)
    .map(([key, value]) => ({
      key,
      value,
      allowed: "has no meaning without sluice:canary: set it, or remove this key",
    }));
}

function affinityProblems({ affinity, canary, cookieMatch }: Values): Problem[] {
  if (!affinity) return [];
  const { behavior, cookie = defaultAffinityCookie } = affinity;
  const isSame = cookieMatch?.toLowerCase() === cookie.toLowerCase();
  return [
    ...(behavior !== undefined && canary === undefined
      ? [{ key: "affinity.behavior", value: behavior, allowed: "has no meaning without sluice:canary: remove it" }]
      : []),
    ...(isSame
      ? [{ key: "cookieMatch", value: cookieMatch, allowed: `must be another cookie than ${cookie}, the affinity's` }]
      : []),
  ];
}
