import type { RolloutSpec } from "./spec";
import type { RolloutState } from "./state";

/** The end of a rollout whose place another one takes; one that has promoted its version has succeeded all the same. */
export function supersede(state: RolloutState, by: string, at: number): RolloutState {
  const { phase, spec } = state;
  const [end, outcome] =
    phase === "Baking"
      ? ([
          "Succeeded",
          `${spec.to} has taken the place of ${spec.from}; it was no longer watched when ${by} came`,
        ] as const)
      : (["Failed", `${by} came in the middle of it`] as const);
  return { ...state, phase: end, outcome, activity: { kind: "done" }, waitingFor: undefined, endedAt: at };
}

/**
 * The version whose pods go where a rollout takes another one's place: none where an autoscaler has their number, or where
 * users have got it meanwhile.
 */
export function abandonedBy(before: RolloutSpec, next: RolloutSpec): Pick<RolloutSpec, "abandoned"> {
  const isGone = before.to !== next.to && before.to !== next.from && before.replicas !== undefined;
  return isGone ? { abandoned: before.to } : {};
}
