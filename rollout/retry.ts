import { UserError } from "../progress/user-error";
import { begin } from "./machine";
import type { RolloutState } from "./state";

/**
 * Retries a failed rollout: from the last step if a promotion failed and left users with the canary, else from
 * nothing.
 *
 * @throws UserError if it did not fail.
 */
export function retry(state: RolloutState, id: number, at: number): RolloutState {
  const { phase, served, spec, place } = state;
  if (phase !== "Failed")
    throw new UserError(`rollout ${state.id} is ${phase}: only a Failed rollout can be retried`, "SLUICE1505");
  const fresh = begin(spec, id, at, place);
  if (served === undefined || served.kind === "stable") return fresh;
  // If the rollback failed too, users are still on the canary: a version that has not passed every step gets no more of them.
  if (served.kind !== "trial" || served.step < spec.steps.length) return { ...fresh, served };
  return { ...fresh, phase: "Progressing", served, activity: { kind: "update", routing: served, attempt: 1 } };
}
