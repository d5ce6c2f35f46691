import assert from "node:assert/strict";
import type { CheckVerdict } from "../../../rollout/check";
import { deadlineOf, isGoingBack } from "../../../rollout/state";
import { blueGreen, nextOf, rolloutAt, roundOf, said, updateTo, walkOn } from "./walk";
import { check, type SimulatedRollout } from "./world";

/** Rounds with these verdicts, one after another. */
function rounds(rollout: SimulatedRollout, ...verdicts: CheckVerdict[]): string[] {
  return said(rollout, () => {
    for (const verdict of verdicts) {
      walkOn(rollout, ({ activity }) => activity.kind === "round");
      rollout.finish({ good: true, verdict });
    }
  });
}

describe("a round of checks", () => {
  it("brings the way back as the threshold says, however many passed in between", () => {
    const rollout = rolloutAt(roundOf(1), { threshold: 2, steps: [{ weight: 10, rules: {}, checks: 9 }] });
    assert.deepEqual(rounds(rollout, "failed", "passed", "passed", "failed"), [
      "warn: failed round 1 of 2: it is failed",
      "error: back to v1: 2 of 2 failed rounds: it is failed",
    ]);
    assert.ok(isGoingBack(rollout.state));
  });

  it("brings the way back at once at a threshold of 1", () => {
    const rollout = rolloutAt(roundOf(2), { threshold: 1 });
    rounds(rollout, "failed");
    assert.deepEqual([isGoingBack(rollout.state), rollout.state.failedChecks], [true, 1]);
  });

  it("counts failed rounds over all steps", () => {
    const rollout = rolloutAt(roundOf(1), { threshold: 2 });
    rounds(rollout, "failed");
    walkOn(rollout, roundOf(3));
    rounds(rollout, "failed");
    assert.ok(isGoingBack(rollout.state));
  });

  it("must pass as often in a row as the step says: a failed one begins anew", () => {
    const rollout = rolloutAt(roundOf(1), { threshold: 9, steps: [{ weight: 10, rules: {}, checks: 3 }] });
    rounds(rollout, "passed", "passed", "failed", "passed", "passed");
    assert.deepEqual([rollout.state.passes, rollout.state.activity.kind], [2, "sleep"]);
    rounds(rollout, "passed");
    assert.deepEqual(rollout.state.activity, { kind: "gate", type: "confirm-promotion" });
  });

  it("counts passes anew in each step", () => {
    const rollout = rolloutAt(roundOf(1), { steps: [10, 20].map((weight) => ({ weight, rules: {}, checks: 2 })) });
    rounds(rollout, "passed", "passed");
    walkOn(rollout, roundOf(2));
    assert.equal(rollout.state.passes, 0);
  });

  it("says nothing about the canary without data, and holds the deadline off", () => {
    const rollout = rolloutAt(roundOf(1), { threshold: 1, inconclusiveLimit: 1 });
    const before = deadlineOf(rollout.state) ?? 0;
    const told = rounds(rollout, ...Array<CheckVerdict>(20).fill("no data"));
    assert.deepEqual(told, ["info: waiting for it is no data"]);
    assert.deepEqual([rollout.state.step, rollout.state.failedChecks, rollout.state.inconclusive], [1, 0, 0]);
    assert.equal(rollout.state.waitingFor, "it is no data");
    assert.ok((deadlineOf(rollout.state) ?? 0) > before);
  });

  it("brings the way back where too many in a row can't be judged", () => {
    const rollout = rolloutAt(roundOf(1), { inconclusiveLimit: 3 });
    assert.deepEqual(rounds(rollout, "inconclusive", "inconclusive", "inconclusive"), [
      "warn: can't be judged, 1 of 3: it is inconclusive",
      "warn: can't be judged, 2 of 3: it is inconclusive",
      "error: back to v1: 3 rounds in a row could not be judged: it is inconclusive",
    ]);
  });

  for (const verdict of ["passed", "failed"] as const)
    it(`that ${verdict} is one that could be judged`, () => {
      const steps = [{ weight: 10, rules: {}, checks: 9 }];
      const rollout = rolloutAt(roundOf(1), { inconclusiveLimit: 3, threshold: 9, steps });
      rounds(rollout, "inconclusive", "inconclusive", verdict, "inconclusive", "inconclusive");
      assert.deepEqual([isGoingBack(rollout.state), rollout.state.inconclusive], [false, 2]);
    });

  it("does not hold the deadline off by failing, or by being impossible to judge", () => {
    for (const verdict of ["failed", "inconclusive"] as const) {
      const rollout = rolloutAt(roundOf(1), { threshold: 9, inconclusiveLimit: 9 });
      const before = deadlineOf(rollout.state);
      rounds(rollout, verdict, verdict);
      assert.equal(deadlineOf(rollout.state), before, verdict);
    }
  });

  it("is one of the pre-rollout webhooks alone before the first step", () => {
    const rollout = rolloutAt(roundOf(0), { threshold: 3 });
    assert.deepEqual(rollout.state.activity, { kind: "round", type: "pre-rollout" });
    rounds(rollout, "failed");
    assert.deepEqual(nextOf(rollout), { kind: "round", type: "pre-rollout" });
    rounds(rollout, "passed");
    assert.deepEqual(rollout.begun.at(-1), { kind: "trial", step: 1 });
  });

  it("brings the way back where a webhook asks for it, whatever the checks say", () => {
    const rollout = rolloutAt(roundOf(1));
    const at = (rollout.time += 1000);
    const told = said(rollout, () =>
      rollout.tell({ kind: "checked", at, since: at, checks: [check("passed")], rollback: "operator said so" }),
    );
    assert.deepEqual(told, ["error: back to v1: operator said so"]);
    assert.equal(rollout.state.rounds.at(-1)?.verdict, "passed");
  });

  it("joins what all failing checks say, and nothing else", () => {
    const rollout = rolloutAt(roundOf(1), { threshold: 2 });
    const checks = [
      { ...check("failed"), message: "slow" },
      { ...check("passed"), message: "fine" },
      { ...check("failed"), message: "wrong" },
      { ...check("inconclusive"), message: "away" },
    ];
    const told = said(rollout, () => rollout.tell({ kind: "checked", at: 1, since: 1, checks }));
    assert.deepEqual(told, ["warn: failed round 1 of 2: slow; wrong"]);
  });

  it("goes on without checks: a stack may have none", () => {
    const rollout = rolloutAt(roundOf(1));
    rollout.tell({ kind: "checked", at: rollout.time, since: rollout.time, checks: [] });
    assert.equal(rollout.state.activity.kind, "gate");
  });

  it("holds a step until its pause is over, and says so once", () => {
    const steps = [{ weight: 10, rules: {}, checks: 1, pause: 35_000 }];
    const rollout = rolloutAt(updateTo("trial", 1), { interval: 10_000, steps });
    rollout.finish({ good: true });
    const since = rollout.time;
    const told = said(rollout, () => walkOn(rollout, ({ activity }) => activity.kind === "gate"));
    assert.deepEqual(told, ["info: waiting for the step's pause"]);
    assert.ok(rollout.time >= since + 35_000);
    assert.ok(rollout.time < since + 35_000 + 2 * 11_000);
    assert.equal(rollout.state.waitingFor, undefined);
  });

  it("goes on at the very end of the pause", () => {
    const steps = [{ weight: 10, rules: {}, checks: 1, pause: 35_000 }];
    const rollout = rolloutAt(roundOf(1), { steps });
    const at = rollout.state.stepSince + 35_000;
    rollout.tell({ kind: "checked", at, since: at, checks: [check("passed")] });
    assert.equal(rollout.state.activity.kind, "gate");
  });

  it("on the idle color is as good as on a weight", () => {
    const rollout = rolloutAt(roundOf(1), { ...blueGreen, threshold: 1 });
    rounds(rollout, "passed", "failed");
    assert.ok(isGoingBack(rollout.state));
    rollout.run();
    assert.equal(rollout.file["activeColor"], "blue");
  });
});
