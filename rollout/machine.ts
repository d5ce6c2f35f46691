import type { Place } from "../probe/ask-plan";
import { bakeOn, beginBake, endBake, isBaking, prolonged } from "./bake";
import { judgeRound, type CheckResult } from "./check";
import { complaintOf, hold, keepCanary, marked, over, quietly, recorded, rollBack, say, sleep, update } from "./moves";
import { onEnding, onSettled, onUpdateFailed } from "./endings";
import type { Phase } from "./phase";
import type { RolloutSpec, Routing } from "./spec";
import { readyInWords, stepInWords } from "./words";
import {
  deadlineOf,
  isBringingEnd,
  isEnding,
  isGoingBack,
  type Activity,
  type Advance,
  type Gate,
  type RolloutEvent,
  type RolloutState,
} from "./state";

type EventOf<Kind extends RolloutEvent["kind"]> = Extract<RolloutEvent, { readonly kind: Kind }>;

/** The initial state of a rollout: the canary starts, and gets no requests. */
export function begin(spec: RolloutSpec, id: number, at: number, place?: Place): RolloutState {
  return {
    id,
    spec,
    phase: "Initializing",
    activity: update({ kind: "trial", step: 0 }),
    step: 0,
    passes: 0,
    failedChecks: 0,
    inconclusive: 0,
    stepSince: at,
    progressAt: at,
    approved: false,
    hurried: false,
    startedAt: at,
    ...(place && { place }),
    rounds: [],
  };
}

/**
 * The next state after an event. Only this function decides how a rollout goes; its driver does what the state's activity
 * says, and reports the result as an event.
 */
export function advance(state: RolloutState, event: RolloutEvent): Advance {
  switch (event.kind) {
    case "updated":
      return onUpdated(state, event);
    case "updateFailed":
      return onUpdateFailed(state, event);
    case "answered":
      return onAnswered(state, event);
    case "checked":
      return onChecked(state, event);
    case "woke":
      return state.activity.kind === "sleep" ? quietly({ ...state, activity: state.activity.next }) : quietly(state);
    case "commanded":
      return onCommand(state, event);
    case "crashed":
      return isEnding(state) && !isSettling(state) ? quietly(state) : rollBack(state, event.message);
    case "alarmed":
      // Start a round of checks at once: it finds out what is wrong, and counts it.
      return quietly(isRoundAfter(state, event.at) ? wake(state, event.at) : state);
    case "overdue":
      return isOverdue(state, event.at) ? onOverdue(state) : quietly(state);
    case "settled":
      return onSettled(state, event);
    case "posted":
      return quietly({ ...state, activity: { kind: "done" }, endedAt: state.endedAt ?? event.at });
  }
}

function onUpdated(state: RolloutState, event: EventOf<"updated">): Advance {
  const { activity, spec } = state;
  if (activity.kind !== "update") return quietly(state);
  const { routing, ending } = activity;
  if (ending) return onEnding(state, activity, ending, event);
  const { at, asPlanned, appliedAt = at, isPatched = false, place = state.place } = event;
  const served = { ...state, served: routing, waitingFor: undefined, ...(place && { place }) };
  if (routing.kind === "promotion" && asPlanned)
    return say(
      { ...served, phase: "Finalising", progressAt: at, activity: update({ kind: "promoted" }) },
      "info",
      `stable serves ${spec.to} too: removing the canary`,
    );
  if (routing.kind === "promoted" && asPlanned && spec.bake !== undefined) return beginBake(served, event);
  if (routing.kind === "promoted" && asPlanned)
    return over(
      served,
      { phase: "Succeeded", outcome: `${spec.to} has taken the place of ${spec.from}` },
      at,
      isPatched,
    );
  if (routing.kind === "promotion" || routing.kind === "promoted") return keepCanary(served, complaintOf(event.checks));
  const step = routing.kind === "trial" ? routing.step : 0;
  const reset = { passes: 0, approved: false, stepSince: appliedAt, progressAt: at };
  const begun = marked({ ...served, step, ...reset }, appliedAt);
  if (step === 0)
    return say(
      { ...begun, phase: "Initialized", activity: { kind: "gate", type: "confirm-rollout" } },
      "info",
      readyInWords(spec),
    );
  const entered = say(
    { ...begun, phase: "Progressing", activity: pauseFor(begun, at, appliedAt) },
    "info",
    stepInWords(begun),
  );
  if (asPlanned) return entered;
  return withNotices(entered.notices, judge(entered.state, at, at, event.checks));
}

function onAnswered(state: RolloutState, { at, agreed, message }: EventOf<"answered">): Advance {
  const { activity } = state;
  if (activity.kind !== "gate") return quietly(state);
  const isFirst = activity.type === "confirm-rollout";
  // The rollout may have been paused while the webhooks were asked.
  const isHeld = state.pausedBy !== undefined && !isFirst;
  if (agreed && !isHeld) return passGate({ ...state, waitingFor: undefined }, activity.type, at);
  const phase: Phase = activity.type === "confirm-promotion" ? "WaitingPromotion" : "Waiting";
  const next: Activity = isFirst ? activity : { kind: "round", type: "rollout" };
  const reason = agreed ? `paused by ${state.pausedBy}` : message;
  return hold(state, phase, reason, sleep(at + state.spec.interval, next), at);
}

function passGate(state: RolloutState, gate: Gate, at: number): Advance {
  if (gate === "confirm-rollout")
    return quietly({
      ...state,
      phase: "Progressing",
      progressAt: at,
      activity: { kind: "round", type: "pre-rollout" },
    });
  if (gate === "confirm-traffic-increase") return enter(state, state.step + 1, at);
  const { strategy, to } = state.spec;
  const routing: Routing = { kind: strategy === "canary" ? "promotion" : "promoted" };
  const promoting: RolloutState = { ...state, phase: "Promoting", progressAt: at, activity: update(routing) };
  return say(promoting, "info", strategy === "blueGreen" ? `switching to ${to}` : `promoting ${to} to stable`);
}

function enter(state: RolloutState, step: number, at: number): Advance {
  const activity = update({ kind: "trial", step });
  return quietly({ ...state, phase: "Progressing", waitingFor: undefined, progressAt: at, activity });
}

function onChecked(state: RolloutState, { at, since, checks, rollback }: EventOf<"checked">): Advance {
  if (state.activity.kind !== "round") return quietly(state);
  if (rollback !== undefined) return rollBack(recorded(state, at, judgeRound(checks), checks), rollback);
  return judge(state, since, at, checks);
}

/** Counts a round of checks, then continues, waits or rolls back. */
function judge(state: RolloutState, since: number, at: number, checks: readonly CheckResult[]): Advance {
  const verdict = judgeRound(checks);
  const { spec } = state;
  const counted = recorded(state, at, verdict, checks);
  const next: Activity = { kind: "round", type: state.step === 0 ? "pre-rollout" : "rollout" };
  const later = sleep(Math.max(at, since + spec.interval), next);
  const complaint = complaintOf(checks);
  if (verdict === "failed") {
    const failedChecks = state.failedChecks + 1;
    const failed = { ...counted, failedChecks, passes: 0, inconclusive: 0, activity: later, waitingFor: undefined };
    return failedChecks >= spec.threshold
      ? rollBack(failed, `${failedChecks} of ${spec.threshold} failed rounds: ${complaint}`)
      : say(failed, "warn", `failed round ${failedChecks} of ${spec.threshold}: ${complaint}`);
  }
  if (isBaking(state)) return bakeOn(counted, { verdict, complaint, since, at });
  if (verdict === "inconclusive") {
    const inconclusive = state.inconclusive + 1;
    const unsure = { ...counted, inconclusive, activity: later, waitingFor: complaint };
    return inconclusive >= spec.inconclusiveLimit
      ? rollBack(unsure, `${inconclusive} rounds in a row could not be judged: ${complaint}`)
      : say(unsure, "warn", `can't be judged, ${inconclusive} of ${spec.inconclusiveLimit}: ${complaint}`);
  }
  if (verdict === "no data") {
    const held = hold(counted, counted.phase, complaint, later, at);
    // Each round has other numbers: report them once.
    const last = state.rounds.at(-1);
    return last?.verdict === "no data" && last.step === state.step ? quietly(held.state) : held;
  }
  return proceed({ ...counted, inconclusive: 0, passes: state.passes + 1, progressAt: at }, later, at);
}

/** After a passed round: the next step, the promotion, or waiting. */
function proceed(state: RolloutState, later: Activity, at: number): Advance {
  const { spec, step, passes, stepSince, approved, hurried, pausedBy } = state;
  const phase: Phase = step === spec.steps.length ? "WaitingPromotion" : "Waiting";
  if (pausedBy !== undefined) return hold(state, phase, `paused by ${pausedBy}`, later, at);
  if (hurried)
    return step === spec.steps.length
      ? passGate({ ...state, waitingFor: undefined }, "confirm-promotion", at)
      : enter(state, spec.steps.length, at);
  if (step === 0) return enter(state, 1, at);
  const { checks = 1, pause } = spec.steps[step - 1] ?? {};
  const going = { ...state, phase: "Progressing" as const, waitingFor: undefined };
  if (passes < checks) return quietly({ ...going, activity: later });
  if (typeof pause === "number" && at < stepSince + pause)
    return hold(state, "Progressing", "the step's pause", later, at);
  if (pause === "approval" && !approved) return hold(state, phase, "approval: sluice approve", later, at);
  const gate: Gate = step < spec.steps.length ? "confirm-traffic-increase" : "confirm-promotion";
  return quietly({ ...going, activity: { kind: "gate", type: gate } });
}

function onCommand(state: RolloutState, { at, command, by }: EventOf<"commanded">): Advance {
  if (command === "abort") {
    const isOver = state.phase === "Succeeded" || state.served?.kind === "stable";
    if (isOver || (isEnding(state) && isGoingBack(state))) return quietly(state);
    return rollBack({ ...state, endedAt: undefined }, `aborted by ${by}`);
  }
  if (isEnding(state)) return quietly(state);
  const awake = wake(state, at);
  switch (command) {
    case "pause":
      return say({ ...state, pausedBy: by }, "info", `paused by ${by}: the weight stays, checks continue`);
    case "resume":
      return say({ ...awake, pausedBy: undefined, waitingFor: undefined }, "info", `resumed by ${by}`);
    case "approve":
      return say({ ...awake, approved: true, waitingFor: undefined }, "info", `approved by ${by}`);
    case "promote":
      if (isBaking(state)) {
        const ends = { severity: "info", message: `${by} ended the checks of ${state.spec.to} early` } as const;
        return withNotices([ends], endBake({ ...state, pausedBy: undefined }, at));
      }
      return say(
        { ...awake, hurried: true, pausedBy: undefined, waitingFor: undefined },
        "info",
        `${by} asked for the promotion after one round of checks at the last step`,
      );
  }
}

/**
 * A rollout for a driver that takes it over: its times are by the clock of another machine, which may be ahead. So what it
 * slept for is done at once, which is a round of checks too early at most. Time without a driver doesn't count toward the
 * deadline.
 */
export function takeOver(state: RolloutState, at: number): RolloutState {
  const bake = prolonged(state, at);
  return { ...wake(state, at), stepSince: Math.min(state.stepSince, at), progressAt: at, ...(bake && { bake }) };
}

/** Cuts a sleep short. */
function wake(state: RolloutState, at: number): RolloutState {
  const { activity } = state;
  return activity.kind === "sleep"
    ? { ...state, activity: { ...activity, until: Math.min(activity.until, at) } }
    : state;
}

function isRoundAfter({ activity }: RolloutState, at: number): boolean {
  return activity.kind === "sleep" && activity.next.kind === "round" && activity.until > at;
}

/** Checks again, because the rollout may have made progress or begun to end since the timer was set. */
function isOverdue(state: RolloutState, at: number): boolean {
  const deadline = deadlineOf(state);
  return deadline !== undefined && at >= deadline;
}

function onOverdue(state: RolloutState): Advance {
  const reason = `no progress within ${state.spec.progressDeadline / 1000} s${state.waitingFor === undefined ? "" : `: ${state.waitingFor}`}`;
  return state.phase === "Promoting" || state.phase === "Finalising"
    ? keepCanary(state, reason)
    : rollBack(state, reason);
}

/** True while an update keeps users on a canary: if the canary crashes, users must go back after all. */
function isSettling(state: RolloutState): boolean {
  return isBringingEnd(state) && !isGoingBack(state);
}

/** The first round of a step comes an interval after users came to it, however long measuring that took. */
function pauseFor({ spec }: RolloutState, at: number, appliedAt: number): Activity {
  return sleep(Math.max(at, appliedAt + spec.interval), { kind: "round", type: "rollout" });
}

function withNotices(notices: Advance["notices"], { state, notices: more }: Advance): Advance {
  return { state, notices: [...notices, ...more] };
}
