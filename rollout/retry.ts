import { UserError } from "../progress/user-error";
import { begin } from "./machine";
import type { RolloutState } from "./state";

/**
 * A failed rollout begun once more: from nothing where users were taken back, from the last step where a promotion failed
 * and left them with the canary.
 *
 * @throws UserError where it did not fail.
 */
export function retry(state: RolloutState, id: number, at: number): RolloutState {
  const { phase, served, spec } = state;
  if (phase !== "Failed")
    throw new UserError(`rollout ${state.id} is ${phase}: only one that has Failed can be tried again`);
  const fresh = begin(spec, id, at);
  if (served?.kind !== "trial" || served.step === 0) return fresh;
  const routing = { kind: "trial", step: spec.steps.length } as const;
  return { ...fresh, phase: "Progressing", served, activity: { kind: "update", routing, attempt: 1 } };
}
