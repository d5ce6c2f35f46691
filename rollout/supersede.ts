import type { RolloutSpec } from "./spec";
import type { RolloutState } from "./state";

/** The end of a rollout whose place another one takes. */
export function supersede(state: RolloutState, by: string, at: number): RolloutState {
  const outcome = `${by} came in the middle of it`;
  return { ...state, phase: "Failed", outcome, activity: { kind: "done" }, waitingFor: undefined, endedAt: at };
}

/**
 * The version whose pods go where a rollout takes another one's place: none where an autoscaler has their number, or where
 * users have got it meanwhile.
 */
export function abandonedBy(before: RolloutSpec, next: RolloutSpec): Pick<RolloutSpec, "abandoned"> {
  const isGone = before.to !== next.to && before.to !== next.from && before.replicas !== undefined;
  return isGone ? { abandoned: before.to } : {};
}
