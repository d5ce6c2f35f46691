import assert from "node:assert/strict";
import { begin } from "../../../rollout/machine";
import { isEnded } from "../../../rollout/state";
import type { RolloutSpec } from "../../../rollout/spec";
import { blueGreen, byPods, gateOf, rolloutAt, roundOf, said, updateTo, walkOn } from "./walk";
import { SimulatedRollout, specOf } from "./world";

/** Phases and what was done in them, while everything goes well. */
function course(changes: Partial<RolloutSpec>): string[] {
  const rollout = new SimulatedRollout(specOf(changes));
  const seen: string[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    const { phase, activity, step } = rollout.state;
    const detail =
      activity.kind === "update"
        ? activity.routing.kind === "trial"
          ? `trial ${activity.routing.step}`
          : activity.routing.kind
        : activity.kind === "gate" || activity.kind === "round"
          ? activity.type
          : activity.kind;
    if (activity.kind !== "sleep") seen.push(`${phase} ${step} ${detail}`);
    if (isEnded(rollout.state)) break;
    rollout.finish({ good: true });
  }
  return seen;
}

describe("the phases of a rollout", () => {
  it("are Flagger's, for a canary", () =>
    assert.deepEqual(course({ steps: [50, 100].map((weight) => ({ weight, rules: {}, checks: 1 })) }), [
      "Initializing 0 trial 0",
      "Initialized 0 confirm-rollout",
      "Progressing 0 pre-rollout",
      "Progressing 0 trial 1",
      "Progressing 1 rollout",
      "Progressing 1 confirm-traffic-increase",
      "Progressing 1 trial 2",
      "Progressing 2 rollout",
      "Progressing 2 confirm-promotion",
      "Promoting 2 promotion",
      "Finalising 2 promoted",
      "Succeeded 2 settle",
      "Succeeded 2 post",
      "Succeeded 2 done",
    ]));

  it("are Flagger's for blue-green, whose switch is one update", () =>
    assert.deepEqual(course(blueGreen), [
      "Initializing 0 trial 0",
      "Initialized 0 confirm-rollout",
      "Progressing 0 pre-rollout",
      "Progressing 0 trial 1",
      "Progressing 1 rollout",
      "Progressing 1 rollout",
      "Progressing 1 confirm-promotion",
      "Promoting 1 promoted",
      "Succeeded 1 settle",
      "Succeeded 1 post",
      "Succeeded 1 done",
    ]));

  it("ask for as many rounds as a step has", () =>
    assert.equal(
      course({ steps: [{ weight: 0, rules: { cookie: "trial" }, checks: 4 }] }).filter((one) => /1 rollout/.test(one))
        .length,
      4,
    ));

  it("begin with nothing done and nobody sent to the canary", () => {
    const state = begin(specOf(), 7, 5000);
    assert.deepEqual(
      { ...state, spec: undefined },
      {
        id: 7,
        spec: undefined,
        phase: "Initializing",
        activity: { kind: "update", routing: { kind: "trial", step: 0 }, attempt: 1 },
        step: 0,
        passes: 0,
        failedChecks: 0,
        inconclusive: 0,
        stepSince: 5000,
        progressAt: 5000,
        approved: false,
        hurried: false,
        startedAt: 5000,
        rounds: [],
      },
    );
  });

  it("tell people of every step", () => {
    const rollout = new SimulatedRollout(specOf());
    assert.deepEqual(
      said(rollout, () => rollout.run()),
      [
        "info: v2 is ready and gets no requests yet",
        "info: step 1 of 3: 25% of the requests on v2",
        "info: step 2 of 3: 50% of the requests on v2",
        "info: step 3 of 3: 100% of the requests on v2",
        "info: promoting v2 to stable",
        "info: stable serves v2 too: removing the canary",
        "info: v2 has taken the place of v1",
      ],
    );
  });

  it("go up by pods, and replace stable's at once", () => {
    const rollout = new SimulatedRollout(specOf(byPods));
    assert.deepEqual(
      said(rollout, () => rollout.run()),
      [
        "info: v2 has no pods yet",
        "info: step 1 of 2: 25% of the pods on v2",
        "info: step 2 of 2: 40% of the pods on v2",
        "info: promoting v2 to stable",
        "info: v2 has taken the place of v1",
      ],
    );
    const trial = (step: number) => ({ kind: "trial", step });
    assert.deepEqual(rollout.begun, [trial(0), trial(1), trial(2), { kind: "promoted" }]);
  });

  it("tell of a step's rules, and of a color that nobody sees but who tries it", () => {
    const steps = [{ weight: 0, rules: { cookie: "trial" }, checks: 1 }];
    const ruled = rolloutAt(updateTo("trial", 1), { steps });
    assert.deepEqual(
      said(ruled, () => ruled.finish({ good: true })),
      ["info: step 1 of 1: 0% of the requests and the users that rules choose on v2"],
    );
    const colored = rolloutAt(updateTo("trial", 1), blueGreen);
    assert.deepEqual(
      said(colored, () => walkOn(colored, isEnded)),
      [
        "info: step 1 of 1: only testers of the idle color on v2",
        "info: switching to v2",
        "info: v2 has taken the place of v1",
      ],
    );
  });

  it("end with a time and what it came to", () => {
    const telling = rolloutAt(({ phase }) => phase === "Succeeded");
    const { time } = telling;
    walkOn(telling, isEnded);
    const { state } = telling;
    // What follows, users have no part in.
    assert.deepEqual(
      [state.phase, state.outcome, state.endedAt, state.served],
      ["Succeeded", "v2 has taken the place of v1", time, { kind: "promoted" }],
    );
  });

  it("keep the last 200 rounds, each with its step and weight", () => {
    const rollout = rolloutAt(roundOf(2), { threshold: 1000 });
    for (let round = 0; round < 250; round += 1) {
      rollout.finish({ good: false, verdict: "no data" });
      walkOn(rollout, ({ activity }) => activity.kind === "round");
    }
    const { rounds } = rollout.state;
    assert.equal(rounds.length, 200);
    assert.deepEqual([rounds.at(-1)?.step, rounds.at(-1)?.weight, rounds.at(-1)?.verdict], [2, 50, "no data"]);
    assert.ok((rounds[0]?.at ?? 0) < (rounds.at(-1)?.at ?? 0));
  });

  it("wait an interval from one round's beginning to the next", () => {
    const rollout = rolloutAt(updateTo("trial", 1), { interval: 10_000 });
    rollout.finish({ good: true });
    assert.deepEqual(rollout.state.activity, {
      kind: "sleep",
      until: rollout.time + 10_000,
      next: { kind: "round", type: "rollout" },
    });
    walkOn(rollout, roundOf(1));
    const since = rollout.time;
    const [at, checks] = [since + 4000, [{ name: "a", kind: "metric", verdict: "failed", message: "bad" }] as const];
    rollout.tell({ kind: "checked", at, since, checks });
    assert.deepEqual(rollout.state.activity, {
      kind: "sleep",
      until: since + 10_000,
      next: { kind: "round", type: "rollout" },
    });
  });

  it("begin the next round at once where the last one took longer than the interval", () => {
    const rollout = rolloutAt(roundOf(1), { interval: 10_000 });
    const [since, at] = [rollout.time, rollout.time + 30_000];
    rollout.tell({
      kind: "checked",
      at,
      since,
      checks: [{ name: "a", kind: "metric", verdict: "no data", message: "" }],
    });
    assert.deepEqual(rollout.state.activity, { kind: "sleep", until: at, next: { kind: "round", type: "rollout" } });
  });

  it("ask the gate that belongs to the step", () => {
    assert.equal(rolloutAt(gateOf("confirm-rollout")).state.step, 0);
    assert.equal(rolloutAt(gateOf("confirm-traffic-increase")).state.step, 1);
    assert.equal(rolloutAt(gateOf("confirm-promotion")).state.step, 3);
  });
});
