import { isBaking } from "./bake";
import type { DashboardAction, RolloutView } from "./dashboard/data";
import { isEnded, isEnding, isGoingBack, newVersionWeight, type RolloutState } from "./state";

/** A rollout's state as people and other programs read it. */
export function viewOf(state: RolloutState): RolloutView {
  const { id, spec, phase, activity, step, waitingFor, outcome, startedAt, endedAt } = state;
  const isOver = phase === "Succeeded" || phase === "Failed";
  return {
    id,
    from: spec.from,
    to: spec.to,
    phase,
    ...(isOver && outcome !== undefined && { outcome }),
    startedAt: iso(startedAt),
    ...(endedAt !== undefined && { endedAt: iso(endedAt) }),
    step,
    steps: spec.steps.length,
    weight: newVersionWeight(state),
    ...(waitingFor !== undefined && { paused: waitingFor }),
    ...(isBaking(state) && state.bake && { watchedUntil: iso(state.bake.until) }),
    ...(activity.kind === "sleep" && { nextAt: iso(activity.until) }),
    failedChecks: state.failedChecks,
    threshold: spec.threshold,
    rounds: state.rounds.map((round) => ({ ...round, at: iso(round.at) })),
    timeline: (state.timeline ?? []).map((point) => ({ ...point, at: iso(point.at) })),
    actions: actionsOf(state),
  };
}

/** What a person may do with a rollout as it is. */
export function actionsOf(state: RolloutState): DashboardAction[] {
  const { phase, pausedBy, spec, step, served, approved, hurried } = state;
  if (isEnded(state) || phase === "Failed" || phase === "Succeeded") {
    if (phase !== "Failed" || isGoingBack(state)) return [];
    return served?.kind === "trial" && served.step > 0 ? ["retry", "abort"] : ["retry"];
  }
  if (isEnding(state)) return [];
  if (isBaking(state)) return [pausedBy === undefined ? "pause" : "resume", "promote", "abort"];
  const needsApproval = spec.steps[step - 1]?.pause === "approval" && !approved;
  return [
    ...(needsApproval ? (["approve"] as const) : []),
    pausedBy === undefined ? "pause" : "resume",
    ...(hurried || phase === "Promoting" || phase === "Finalising" ? [] : (["promote"] as const)),
    "abort",
  ];
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
