import type { FormerPlan } from "./former-plans";
import type { Identities } from "./identity";
import { mainVersion, type TrafficPlan } from "./plan";

/** What an update left behind, as far as the next one is compared with it. */
export interface LastUpdate {
  readonly plan: TrafficPlan;
  /** The version that users had before the last promotion or switch. */
  readonly previousStable?: string | null;
  /** What each version was; nothing if an earlier Sluice made the update. */
  readonly versions?: Identities;
  /** The plans before this one, the last one last; nothing if an earlier Sluice made the update. */
  readonly formerPlans?: readonly FormerPlan[];
}

/**
 * The version that a stack goes back to if the one that users have fails: the one that they had before the last promotion or
 * switch. Once gone back to, there is none: the version that failed has to prove itself again.
 */
export function previousStable(plan: TrafficPlan, last: LastUpdate | undefined): string | undefined {
  if (!last) return undefined;
  const [now, before] = [mainVersion(plan), mainVersion(last.plan)];
  if (now === before) return last.previousStable ?? undefined;
  return now === last.previousStable ? undefined : before;
}
