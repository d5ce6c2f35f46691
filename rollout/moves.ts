import type { Severity } from "../config/rollout-hooks";
import { judgeRound, type CheckResult, type CheckVerdict } from "./check";
import type { Phase } from "./phase";
import type { RolloutSpec, Routing } from "./spec";
import { newVersionWeight, type Activity, type Advance, type Ending, type RolloutState } from "./state";
import { extend, pointOf } from "./timeline";

/** Milliseconds until an update is tried again that found no cluster, or whose way back is not measured yet; then more. */
export const retryMilliseconds = 1000;

/** Milliseconds until something is tried again that has failed often. */
const longestRetryMilliseconds = 10_000;

/** Rounds of checks that a state keeps. */
const keptRounds = 200;

/** Waits for something that isn't the canary's fault, and reports it once. */
export function hold(state: RolloutState, phase: Phase, reason: string, activity: Activity, at: number): Advance {
  const held = { ...state, phase, activity, waitingFor: reason, progressAt: at };
  return state.waitingFor === reason ? quietly(held) : say(held, "info", `waiting for ${reason}`);
}

/** Routes all users to the previous version; the canary's pods are removed after that. */
export function rollBack(state: RolloutState, why: string): Advance {
  const reason = state.phase === "Baking" ? `after its promotion, ${why}` : why;
  const ending: Ending = { phase: "Failed", outcome: reason };
  const activity = update({ kind: "stable" }, ending);
  const back = { ...state, outcome: reason, waitingFor: undefined, activity };
  return say(back, "error", `back to ${state.spec.from}: ${reason}`);
}

/** How a rollout is promoted that has no canary beside the new stable. */
export function lastMove({ strategy }: Pick<RolloutSpec, "strategy">): string {
  return strategy === "blueGreen" ? "switch" : "promotion";
}

/**
 * After a failed promotion users stay with the canary, which has served them well. Without one beside the new stable they
 * go back.
 */
export function keepCanary(state: RolloutState, reason: string): Advance {
  if (state.spec.strategy !== "canary") return rollBack(state, `the ${lastMove(state.spec)} failed: ${reason}`);
  const { to, steps } = state.spec;
  const outcome = `the promotion failed, and users stay with the canary (${to}): ${reason}`;
  const activity = update({ kind: "trial", step: steps.length }, { phase: "Failed", outcome });
  return say({ ...state, outcome, waitingFor: undefined, activity }, "error", outcome);
}

/** Ends the rollout: users are where they should be, and the rest isn't urgent. */
export function over(state: RolloutState, { phase, outcome }: Ending, at: number, needsUpdate: boolean): Advance {
  const ended: RolloutState = {
    ...marked(state, at),
    phase,
    outcome,
    waitingFor: undefined,
    endedAt: at,
    // If nothing was applied, the stack file says what users get.
    activity: state.served ? { kind: "settle", attempt: 1, needsUpdate } : { kind: "post" },
  };
  return say(ended, phase === "Succeeded" ? "info" : "error", outcome);
}

export function recorded(
  state: RolloutState,
  at: number,
  verdict: CheckVerdict,
  checks: readonly CheckResult[],
): RolloutState {
  const { step, rounds } = state;
  const weight = newVersionWeight(state);
  return {
    ...state,
    rounds: [...rounds, { at, step, weight, verdict, checks }].slice(-keptRounds),
    timeline: extend(state.timeline, pointOf(at, step, weight, checks)),
  };
}

/** Adds to the timeline what users get from now on. */
export function marked(state: RolloutState, at: number): RolloutState {
  return { ...state, timeline: extend(state.timeline, pointOf(at, state.step, newVersionWeight(state), [])) };
}

/** The messages of the checks that did not pass. */
export function complaintOf(checks: readonly CheckResult[]): string {
  const verdict = judgeRound(checks);
  const messages = checks
    .filter((check) => check.verdict === verdict && verdict !== "passed")
    .map(({ message }) => message);
  return messages.join("; ") || "requests are not served as planned";
}

export function update(routing: Routing, ending?: Ending): Activity & { readonly kind: "update" } {
  return { kind: "update", routing, attempt: 1, ...(ending && { ending }) };
}

export function again(activity: Activity & { readonly kind: "update" | "settle" }, at: number): Activity {
  const { attempt } = activity;
  const pause = Math.min(retryMilliseconds * Math.max(1, attempt), longestRetryMilliseconds);
  return sleep(at + pause, { ...activity, attempt: attempt + 1 });
}

export function sleep(until: number, next: Activity): Activity {
  return { kind: "sleep", until, next };
}

export function quietly(state: RolloutState): Advance {
  return { state, notices: [] };
}

export function say(state: RolloutState, severity: Severity, message: string): Advance {
  return { state, notices: [{ severity, message }] };
}
