import type { Comparison } from "../../traffic/compare-update";
import type { TrafficPlan } from "../../traffic/plan";

/**
 * The last plan that stood for a round of checks: the one of the last update, or an earlier one if the updates since then
 * followed each other too soon.
 *
 * @param minutes how long a plan must stand.
 */
export function lastChecked(
  { plan, formerPlans = [] }: Pick<Comparison, "plan" | "formerPlans">,
  minutes: number,
  now = Date.now(),
): TrafficPlan {
  const ends = [...formerPlans.map(({ until }) => Date.parse(until)), now];
  const plans = [...formerPlans.map((former) => former.plan), plan];
  // Nothing is known of the time before the first one.
  const stood = plans.findLastIndex((_, index) => (ends[index] ?? now) - (ends[index - 1] ?? 0) >= minutes * 60_000);
  return plans[stood] ?? plan;
}
