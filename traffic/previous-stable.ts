import type { TrafficPlan } from "./plan";

/** What an update left behind, as far as the next one is held against it. */
export interface LastUpdate {
  readonly plan: TrafficPlan;
  /** The version that was stable before the last promotion. */
  readonly previousStable?: string | null;
}

/**
 * The version that a canary's stack goes back to where its stable version fails: the one that was stable before the last
 * promotion. Once gone back to, there is none: the version that failed has to prove itself anew.
 */
export function previousStable(plan: TrafficPlan, last: LastUpdate | undefined): string | undefined {
  if (plan.strategy !== "canary" || last?.plan.strategy !== "canary") return undefined;
  if (plan.stable === last.plan.stable) return last.previousStable ?? undefined;
  return plan.stable === last.previousStable ? undefined : last.plan.stable;
}
