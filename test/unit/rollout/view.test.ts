import assert from "node:assert/strict";
import { isEnded } from "../../../rollout/state";
import { viewOf } from "../../../rollout/view";
import { explainRollout } from "../../../rollout/words";
import { ask, blueGreen, rolloutAt, roundOf, updateTo, walkOn } from "./walk";
import { specOf } from "./world";

const iso = (time: number) => new Date(time).toISOString();

describe("a rollout as people read it", () => {
  it("has its versions, its place and its rounds", () => {
    const rollout = rolloutAt(roundOf(2));
    const { rounds, timeline, ...view } = viewOf(rollout.state);
    assert.deepEqual(view, {
      id: 1,
      from: "v1",
      to: "v2",
      phase: "Progressing",
      startedAt: iso(1_000_000),
      step: 2,
      steps: 3,
      weight: 50,
      failedChecks: 0,
      threshold: 2,
      actions: ["pause", "promote", "abort"],
    });
    assert.deepEqual(
      rounds.map(({ at, step, weight, verdict }) => ({ at, step, weight, verdict })),
      rollout.state.rounds.map(({ at, step, weight, verdict }) => ({ at: iso(at), step, weight, verdict })),
    );
    assert.deepEqual(
      timeline.map(({ step, weight }) => [step, weight]),
      [
        [0, 0],
        [0, 0],
        [1, 25],
        [1, 25],
        [2, 50],
      ],
    );
  });

  it("is read from a record without a timeline, too", () =>
    assert.deepEqual(viewOf({ ...rolloutAt(roundOf(2)).state, timeline: undefined }).timeline, []));

  it("has the weight that users got, not the one that is on its way", () => {
    assert.equal(viewOf(rolloutAt(updateTo("trial", 0)).state).weight, 0);
    assert.equal(viewOf(rolloutAt(updateTo("trial", 2)).state).weight, 25);
    assert.equal(viewOf(rolloutAt(updateTo("promotion")).state).weight, 100);
    const ended = rolloutAt(isEnded, { steps: [{ weight: 30, rules: {}, checks: 1 }] });
    assert.equal(viewOf(ended.state).weight, 100);
    const back = rolloutAt(roundOf(2));
    ask(back, "abort");
    assert.equal(viewOf(back.state).weight, 50);
    walkOn(back, isEnded);
    assert.equal(viewOf(back.state).weight, 0);
  });

  it("says what it waits for and until when", () => {
    const rollout = rolloutAt(roundOf(1));
    ask(rollout, "pause");
    rollout.finish({ good: true });
    const { paused, nextAt } = viewOf(rollout.state);
    const { activity } = rollout.state;
    assert.equal(paused, "paused by ann");
    assert.equal(nextAt, activity.kind === "sleep" && iso(activity.until));
  });

  it("says no more what it waited for once it goes back, or stays, or is over", () => {
    const waiting = (isThere: Parameters<typeof rolloutAt>[0]) => {
      const rollout = rolloutAt(isThere);
      rollout.finish({ good: false, cause: "unreachable" });
      assert.equal(viewOf(rollout.state).paused, "it did not go");
      return rollout;
    };
    const back = waiting(updateTo("trial", 1));
    ask(back, "abort");
    assert.equal("paused" in viewOf(back.state), false);
    back.finish({ good: false, cause: "unreachable" });
    walkOn(back, isEnded);
    assert.equal("paused" in viewOf(back.state), false);
    const staying = waiting(updateTo("promotion"));
    staying.finish({ good: true });
    staying.finish({ good: false, cause: "failed" });
    assert.equal("paused" in viewOf(staying.state), false);
  });

  it("says how it ended once it has", () => {
    const rollout = rolloutAt(roundOf(1));
    ask(rollout, "abort");
    assert.equal("outcome" in viewOf(rollout.state), false);
    walkOn(rollout, ({ activity }) => activity.kind !== "update");
    const over = iso(rollout.time);
    walkOn(rollout, isEnded);
    const { outcome, endedAt, phase } = viewOf(rollout.state);
    // Telling people of it, and writing the stack's file, come after the end.
    assert.deepEqual([phase, outcome, endedAt], ["Failed", "aborted by ann", over]);
  });
});

describe("a rollout in words", () => {
  it("is a line for each step, and when it goes back", () =>
    assert.equal(
      explainRollout("dev", specOf()),
      `Rollout of dev: v1 → v2
  1. 25% of the requests → v2: 1 round of checks
  2. 50% of the requests → v2: 1 round of checks
  3. 100% of the requests → v2: 1 round of checks
  then v2 becomes stable, once it answers as stable too
  checks every 10 s; 2 failed rounds roll back to v1`,
    ));

  it("names rules, rounds, pauses and pods", () => {
    const steps = [
      { weight: 0, rules: { header: { name: "Region", value: "x" } }, checks: 2, pause: 90_000, replicas: 1 },
      { weight: 5, rules: { header: { name: "Region", pattern: "^y" }, cookie: "trial" }, checks: 1, replicas: 3 },
      { weight: 9, rules: { header: { name: "Region" } }, checks: 1, pause: "approval" as const },
    ];
    assert.deepEqual(
      explainRollout("dev", specOf({ steps, threshold: 1, interval: 1500 }))
        .split("\n")
        .slice(1),
      [
        "  1. 0% of the requests, header Region = x → v2: 2 rounds of checks, at least 90 s, 1 pod",
        "  2. 5% of the requests, header Region ~ ^y, cookie trial=always → v2: 1 round of checks, 3 pods",
        "  3. 9% of the requests, header Region=always → v2: 1 round of checks, until sluice approve",
        "  then v2 becomes stable, once it answers as stable too",
        "  checks every 1.5 s; 1 failed round rolls back to v1",
      ],
    );
  });

  it("says how long the version is watched after its promotion", () =>
    assert.equal(
      explainRollout("dev", specOf({ bake: 600_000 })).split("\n")[5],
      "  then checks continue for 10m, while v1 keeps its pods",
    ));

  it("names the switch of blue-green", () =>
    assert.deepEqual(explainRollout("dev", specOf(blueGreen)).split("\n").slice(1, 3), [
      "  1. only testers of the idle color → v2: 2 rounds of checks",
      "  then all traffic switches to v2",
    ]));
});
