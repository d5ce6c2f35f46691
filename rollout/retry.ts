import { UserError } from "../progress/user-error";
import { begin } from "./machine";
import type { RolloutState } from "./state";

/**
 * A failed rollout begun once more: from the last step where a promotion failed and left users with the canary, else from
 * nothing.
 *
 * @throws UserError where it did not fail.
 */
export function retry(state: RolloutState, id: number, at: number): RolloutState {
  const { phase, served, spec, place } = state;
  if (phase !== "Failed")
    throw new UserError(`rollout ${state.id} is ${phase}: only one that has Failed can be tried again`, "SLUICE1505");
  const fresh = begin(spec, id, at, place);
  if (served === undefined || served.kind === "stable") return fresh;
  // A way back that failed too left users where they were: what has not passed every step is not sent more of them.
  if (served.kind !== "trial" || served.step < spec.steps.length) return { ...fresh, served };
  return { ...fresh, phase: "Progressing", served, activity: { kind: "update", routing: served, attempt: 1 } };
}
