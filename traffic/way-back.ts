import { isDeepStrictEqual } from "node:util";
import type { TrafficPlan } from "./plan";

/** True if a plan only takes requests from the canary: by a lower weight, or without a rule. */
export function isWayBack(from: TrafficPlan, to: TrafficPlan): boolean {
  if (from.strategy !== "canary" || to.strategy !== "canary" || !from.canary || !to.canary) return false;
  const { canary: before, ...around } = from;
  const { canary: after, ...aroundAfter } = to;
  if (!isDeepStrictEqual(around, aroundAfter) || before.version !== after.version) return false;
  const keeps = (["header", "cookie", "clients", "mirrorPercent"] as const).every(
    (rule) => after[rule] === undefined || isDeepStrictEqual(after[rule], before[rule]),
  );
  return keeps && after.weight / after.weightTotal <= before.weight / before.weightTotal;
}
