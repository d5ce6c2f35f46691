import prettyMilliseconds from "pretty-ms";
import type { CheckVerdict } from "./check";
import { hold, marked, over, quietly, say, sleep } from "./moves";
import type { Advance, Bake, RolloutEvent, RolloutState } from "./state";

/** True while the new version serves everybody and is still judged. */
export function isBaking({ phase }: Pick<RolloutState, "phase">): boolean {
  return phase === "Baking";
}

/** Continues the checks after the promotion, while the predecessor keeps its pods for a rollback. */
export function beginBake(
  state: RolloutState,
  { at, appliedAt = at, isPatched = false }: Extract<RolloutEvent, { readonly kind: "updated" }>,
): Advance {
  const { from, to, interval, bake = 0 } = state.spec;
  const until = appliedAt + bake;
  const baking: RolloutState = {
    ...state,
    phase: "Baking",
    passes: 0,
    inconclusive: 0,
    stepSince: appliedAt,
    progressAt: at,
    bake: { until, needsUpdate: isPatched },
    activity: round(Math.max(at, Math.min(appliedAt + interval, until))),
  };
  return say(
    marked(baking, appliedAt),
    "info",
    `${to} serves all users; checks continue for ${inWords(bake)}, and ${from} keeps its pods`,
  );
}

/**
 * After a round of checks that has not failed. Once the time is over, the rollout has succeeded, unless somebody has paused it.
 * A round that could not be judged neither ends the bake nor rolls users back: the version has passed all steps, and an
 * outage of the metrics doesn't count against it.
 */
export function bakeOn(state: RolloutState, { verdict, complaint, since, at }: RoundOutcome): Advance {
  const { spec, bake, pausedBy, inconclusive } = state;
  const isOver = !bake || at >= bake.until;
  const due = since + spec.interval;
  const next = round(Math.max(at, isOver ? due : Math.min(due, bake.until)));
  const watched: RolloutState = { ...state, progressAt: at, inconclusive: 0, activity: next };
  if (verdict === "inconclusive") {
    const unsure = { ...watched, inconclusive: inconclusive + 1, waitingFor: complaint };
    return inconclusive > 0
      ? quietly(unsure)
      : say(unsure, "warn", `can't be judged since its promotion: ${complaint}`);
  }
  if (isOver && pausedBy !== undefined) return hold(watched, "Baking", `paused by ${pausedBy}`, next, at);
  const sure = { ...watched, waitingFor: undefined };
  return isOver ? endBake(sure, at) : quietly(sure);
}

/** The result of a round of checks. */
interface RoundOutcome {
  readonly verdict: CheckVerdict;
  readonly complaint: string;
  /** When it began, and when it was over. */
  readonly since: number;
  readonly at: number;
}

/** The end of a bake, which is that of the rollout. */
export function endBake(state: RolloutState, at: number): Advance {
  const { from, to } = state.spec;
  const ending = { phase: "Succeeded", outcome: `${to} has taken the place of ${from}` } as const;
  return over(state, ending, at, state.bake?.needsUpdate ?? false);
}

/** For a driver that takes a rollout over: time without a driver doesn't count. */
export function prolonged({ bake, spec, progressAt }: RolloutState, at: number): Bake | undefined {
  if (!bake) return undefined;
  const unwatched = Math.max(0, at - progressAt);
  // By a clock that is ahead, the end may lie further away than the whole bake.
  return { ...bake, until: Math.min(bake.until + unwatched, at + (spec.bake ?? 0)) };
}

/** `10m`. */
export function inWords(milliseconds: number): string {
  return prettyMilliseconds(milliseconds);
}

function round(at: number) {
  return sleep(at, { kind: "round", type: "rollout" });
}
