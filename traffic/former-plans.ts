import { isDeepStrictEqual } from "node:util";
import type { TrafficPlan } from "./plan";

/** A plan that was in force, and until when. */
export interface FormerPlan {
  readonly plan: TrafficPlan;
  /** As ISO 8601 has it. */
  readonly until: string;
}

/** How many plans are looked back on. */
const remembered = 10;

/** True if two plans are one; what was an output once has no keys without a value any more. */
export function isSamePlan(one: TrafficPlan, other: TrafficPlan): boolean {
  const [left, right] = [one, other].map((plan) => JSON.parse(JSON.stringify(plan)) as unknown);
  return isDeepStrictEqual(left, right);
}

/** The plans before a plan, the last one last, once it is in force. */
export function formerPlans(
  plan: TrafficPlan,
  last: { readonly plan: TrafficPlan; readonly formerPlans?: readonly FormerPlan[] } | undefined,
  now = new Date(),
): readonly FormerPlan[] {
  const former = last?.formerPlans ?? [];
  if (!last || isSamePlan(last.plan, plan)) return former;
  return [...former, { plan: last.plan, until: now.toISOString() }].slice(-remembered);
}
