import assert from "node:assert/strict";
import type { Activity, RolloutState } from "../../../rollout/state";
import type { RolloutSpec } from "../../../rollout/spec";
import { SimulatedRollout, specOf } from "./world";

/** A rollout for which everything went well until a state; fails where it never comes to one. */
export function rolloutAt(
  isThere: (state: RolloutState) => boolean,
  changes: Partial<RolloutSpec> = {},
): SimulatedRollout {
  const rollout = new SimulatedRollout(specOf(changes));
  walkOn(rollout, isThere);
  return rollout;
}

/** Lets everything go well until a state. */
export function walkOn(rollout: SimulatedRollout, isThere: (state: RolloutState) => boolean): void {
  for (let turn = 0; turn < 200; turn += 1) {
    if (isThere(rollout.state)) return;
    rollout.finish({ good: true });
  }
  assert.fail(`it never came to it: ${JSON.stringify(rollout.state.activity)}`);
}

/** What it does, or will once it has slept. */
export function nextOf({ state: { activity } }: SimulatedRollout): Activity {
  return activity.kind === "sleep" ? activity.next : activity;
}

/** A round of checks in a step. */
export const roundOf =
  (step: number) =>
  ({ activity, step: current }: RolloutState): boolean =>
    activity.kind === "round" && current === step;

/** The first time that a gate is asked. */
export const gateOf =
  (type: string) =>
  ({ activity }: RolloutState): boolean =>
    activity.kind === "gate" && activity.type === type;

/** An update to a routing, of a step where it is a trial. */
export const updateTo =
  (kind: string, step?: number) =>
  ({ activity }: RolloutState): boolean =>
    activity.kind === "update" &&
    activity.routing.kind === kind &&
    (step === undefined || (activity.routing.kind === "trial" && activity.routing.step === step));

/** Asks something of it, as a person does. */
export function ask(rollout: SimulatedRollout, command: "approve" | "pause" | "resume" | "abort" | "promote"): void {
  rollout.tell({ kind: "commanded", at: rollout.time, command, by: "ann" });
}

/** What people were told since then. */
export function said(rollout: SimulatedRollout, work: () => void): string[] {
  const before = rollout.notices.length;
  work();
  return rollout.notices.slice(before).map(({ severity, message }) => `${severity}: ${message}`);
}

/** The spec of a replica ratio with one pod of the canary, then two, beside three of stable. */
export const byPods: Partial<RolloutSpec> = {
  strategy: "replicaRatio",
  steps: [
    { weight: 25, rules: {}, checks: 1, replicas: 1 },
    { weight: 40, rules: {}, checks: 1, replicas: 2 },
  ],
  replicas: 3,
  firstReplicas: 0,
};

/** The spec of a blue-green release. */
export const blueGreen: Partial<RolloutSpec> = {
  strategy: "blueGreen",
  color: "green",
  steps: [{ weight: 0, rules: {}, checks: 2 }],
};
