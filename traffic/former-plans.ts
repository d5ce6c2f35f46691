import { isSameData } from "../values/same-data";
import type { TrafficPlan } from "./plan";

/** A plan that was in force, and until when. */
export interface FormerPlan {
  readonly plan: TrafficPlan;
  /** As ISO 8601 has it. */
  readonly until: string;
}

/** How many plans are looked back on. */
const remembered = 10;

/** The plans before a plan, the last one last, once it is in force. */
export function formerPlans(
  plan: TrafficPlan,
  last: { readonly plan: TrafficPlan; readonly formerPlans?: readonly FormerPlan[] } | undefined,
  now = new Date(),
): readonly FormerPlan[] {
  const former = last?.formerPlans ?? [];
  if (!last || isSameData(last.plan, plan)) return former;
  return [...former, { plan: last.plan, until: now.toISOString() }].slice(-remembered);
}
