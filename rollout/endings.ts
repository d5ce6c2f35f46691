import { again, complaintOf, keepCanary, over, quietly, rollBack, say } from "./moves";
import type { Activity, Advance, Ending, RolloutEvent, RolloutState } from "./state";

type EventOf<Kind extends RolloutEvent["kind"]> = Extract<RolloutEvent, { readonly kind: Kind }>;

/** How often the split is measured at the end before people are alerted. */
export const measureAttempts = 10;

/** How often a driver tries to reconcile the stack file and Pulumi with what users get. */
const settleAttempts = 3;

/** Rollback attempts between two alerts: about a minute. */
const triesUntilTold = 6;

/** After the update that ends a rollout: the split must be as planned before the rollout is over. */
export function onEnding(
  state: RolloutState,
  activity: Activity & { readonly kind: "update" },
  ending: Ending,
  { at, asPlanned, checks, isPatched = false }: EventOf<"updated">,
): Advance {
  const served = { ...state, served: activity.routing, waitingFor: undefined };
  if (asPlanned) return over(served, ending, at, isPatched);
  if (activity.attempt < measureAttempts) return quietly({ ...served, activity: again(activity, at) });
  const outcome = `${ending.outcome}; could not confirm the traffic split: ${complaintOf(checks)}`;
  return over(served, { ...ending, outcome }, at, isPatched);
}

/** After a failed update: tries again, rolls back, or keeps users on a version that serves them well. */
export function onUpdateFailed(state: RolloutState, { at, cause, message }: EventOf<"updateFailed">): Advance {
  const { activity, step } = state;
  if (activity.kind !== "update") return quietly(state);
  const { routing, ending, attempt } = activity;
  if (cause === "unreachable") {
    const isNew = state.waitingFor === undefined;
    const waiting = { ...state, waitingFor: message, activity: again({ ...activity, attempt: 0 }, at) };
    return isNew ? say(waiting, "warn", `the cluster does not answer; trying again: ${message}`) : quietly(waiting);
  }
  if (ending) {
    const trying = { ...state, waitingFor: message, activity: again(activity, at) };
    const isNew = attempt % triesUntilTold === 1;
    if (routing.kind === "stable") {
      // Users are on a faulty version: never give up.
      return isNew ? say(trying, "error", `users are not back yet; trying again: ${message}`) : quietly(trying);
    }
    if (attempt < measureAttempts) return quietly(trying);
    return over(
      state,
      { phase: "Failed", outcome: `${ending.outcome}; the update for that failed: ${message}` },
      at,
      true,
    );
  }
  if (routing.kind === "promotion" || (routing.kind === "promoted" && state.spec.strategy === "canary"))
    return keepCanary(state, message);
  if (cause === "refused" && step === 0 && state.served === undefined)
    return over(state, { phase: "Failed", outcome: `refused before anything changed: ${message}` }, at, false);
  return rollBack(state, message);
}

/** Users are where they should be: an alert names what could not be reconciled, and the next update repairs it. */
export function onSettled(state: RolloutState, { at, trouble }: EventOf<"settled">): Advance {
  const { activity } = state;
  if (activity.kind !== "settle") return quietly(state);
  if (trouble === undefined) return quietly({ ...state, waitingFor: undefined, activity: { kind: "post" } });
  if (activity.attempt < settleAttempts)
    return quietly({ ...state, waitingFor: trouble, activity: again(activity, at) });
  return say({ ...state, waitingFor: undefined, activity: { kind: "post" } }, "warn", trouble);
}
