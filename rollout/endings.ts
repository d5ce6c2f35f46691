import { again, complaintOf, keepCanary, over, quietly, rollBack, say } from "./moves";
import type { Activity, Advance, Ending, RolloutEvent, RolloutState } from "./state";

type EventOf<Kind extends RolloutEvent["kind"]> = Extract<RolloutEvent, { readonly kind: Kind }>;

/** How often it is measured that users are where the end has brought them, until somebody must look. */
export const measureAttempts = 10;

/** How often the stack's file and Pulumi are tried to be brought to what users get. */
const settleAttempts = 3;

/** After so many failed tries of a way back people are told once more, about once a minute. */
const triesUntilTold = 6;

/** The way back, or the way to keep users where they are: it must be measured too before the rollout is over. */
export function onEnding(
  state: RolloutState,
  activity: Activity & { readonly kind: "update" },
  ending: Ending,
  { at, asPlanned, checks, isPatched = false }: EventOf<"updated">,
): Advance {
  const served = { ...state, served: activity.routing, waitingFor: undefined };
  if (asPlanned) return over(served, ending, at, isPatched);
  if (activity.attempt < measureAttempts) return quietly({ ...served, activity: again(activity, at) });
  const outcome = `${ending.outcome}; and users can't be shown to get what they should: ${complaintOf(checks)}`;
  return over(served, { ...ending, outcome }, at, isPatched);
}

/** An update that did not go through: it is tried again, or users go back, or stay where they are well served. */
export function onUpdateFailed(state: RolloutState, { at, cause, message }: EventOf<"updateFailed">): Advance {
  const { activity, step } = state;
  if (activity.kind !== "update") return quietly(state);
  const { routing, ending, attempt } = activity;
  if (cause === "unreachable") {
    const isNew = state.waitingFor === undefined;
    const waiting = { ...state, waitingFor: message, activity: again({ ...activity, attempt: 0 }, at) };
    return isNew
      ? say(waiting, "warn", `the cluster does not answer, and is asked again: ${message}`)
      : quietly(waiting);
  }
  if (ending) {
    const trying = { ...state, waitingFor: message, activity: again(activity, at) };
    const isNew = attempt % triesUntilTold === 1;
    if (routing.kind === "stable") {
      // Users are on a version that was found wanting: this is never given up.
      return isNew
        ? say(trying, "error", `users are not back yet, and it is tried again: ${message}`)
        : quietly(trying);
    }
    if (attempt < measureAttempts) return quietly(trying);
    return over(
      state,
      { phase: "Failed", outcome: `${ending.outcome}; and the way there failed: ${message}` },
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

/** Users have what they are to have: what of the rest can't be done is said, and left to the next update. */
export function onSettled(state: RolloutState, { at, trouble }: EventOf<"settled">): Advance {
  const { activity } = state;
  if (activity.kind !== "settle") return quietly(state);
  if (trouble === undefined) return quietly({ ...state, waitingFor: undefined, activity: { kind: "post" } });
  if (activity.attempt < settleAttempts)
    return quietly({ ...state, waitingFor: trouble, activity: again(activity, at) });
  return say({ ...state, waitingFor: undefined, activity: { kind: "post" } }, "warn", trouble);
}
