import type { RolloutSpec } from "./spec";
import type { RolloutState } from "./state";

/** Ends a rollout that another one replaces; if it has promoted its version, it succeeded. */
export function supersede(state: RolloutState, by: string, at: number): RolloutState {
  const { phase, spec } = state;
  const [end, outcome] =
    phase === "Baking"
      ? ([
          "Succeeded",
          `${spec.to} has taken the place of ${spec.from}; its checks ended early when ${by} started`,
        ] as const)
      : (["Failed", `superseded by ${by}`] as const);
  return { ...state, phase: end, outcome, activity: { kind: "done" }, waitingFor: undefined, endedAt: at };
}

/**
 * The version whose pods are removed if a rollout replaces another one: none if an autoscaler sets their number, or if
 * users have got it meanwhile.
 */
export function abandonedBy(before: RolloutSpec, next: RolloutSpec): Pick<RolloutSpec, "abandoned"> {
  const isGone = before.to !== next.to && before.to !== next.from && before.replicas !== undefined;
  return isGone ? { abandoned: before.to } : {};
}
