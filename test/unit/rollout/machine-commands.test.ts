import assert from "node:assert/strict";
import { takeOver } from "../../../rollout/machine";
import { isEnded, isGoingBack } from "../../../rollout/state";
import { ask, gateOf, rolloutAt, roundOf, said, updateTo, walkOn } from "./walk";
import type { SimulatedRollout } from "./world";

const answer = (rollout: SimulatedRollout, agreed: boolean) =>
  rollout.tell({ kind: "answered", at: (rollout.time += 1000), agreed, message: "the gate is closed" });

describe("a gate of a rollout", () => {
  it("holds the beginning, and is asked again after an interval", () => {
    const rollout = rolloutAt(gateOf("confirm-rollout"));
    answer(rollout, false);
    assert.equal(rollout.state.phase, "Waiting");
    assert.deepEqual(rollout.state.activity, {
      kind: "sleep",
      until: rollout.time + 10_000,
      next: { kind: "gate", type: "confirm-rollout" },
    });
  });

  for (const [type, phase] of [
    ["confirm-traffic-increase", "Waiting"],
    ["confirm-promotion", "WaitingPromotion"],
  ] as const)
    it(`of type ${type} holds the weight while checks go on, and counts as no failure`, () => {
      const rollout = rolloutAt(gateOf(type), { threshold: 1 });
      const begun = rollout.begun.length;
      const told = said(rollout, () => {
        for (let time = 0; time < 5; time += 1) {
          answer(rollout, false);
          assert.deepEqual([rollout.state.phase, rollout.state.waitingFor], [phase, "the gate is closed"]);
          assert.equal(rollout.state.progressAt, rollout.time);
          walkOn(rollout, gateOf(type));
        }
      });
      assert.ok(told.includes("info: waiting for the gate is closed"));
      assert.deepEqual([rollout.begun.length, rollout.state.failedChecks], [begun, 0]);
      answer(rollout, true);
      assert.equal(rollout.begun.length, begun + 1);
    });

  it("that is closed lets the checks bring everybody back", () => {
    const rollout = rolloutAt(gateOf("confirm-promotion"), { threshold: 1 });
    answer(rollout, false);
    walkOn(rollout, roundOf(3));
    rollout.finish({ good: false });
    assert.ok(isGoingBack(rollout.state));
  });

  for (const type of ["confirm-traffic-increase", "confirm-promotion"])
    it(`of type ${type} that opens while somebody pauses moves no traffic`, () => {
      const rollout = rolloutAt(gateOf(type));
      const begun = rollout.begun.length;
      ask(rollout, "pause");
      answer(rollout, true);
      assert.equal(rollout.state.waitingFor, "paused by ann");
      walkOn(rollout, roundOf(rollout.state.step));
      rollout.finish({ good: true });
      assert.equal(rollout.begun.length, begun);
      ask(rollout, "resume");
      walkOn(rollout, isEnded);
      assert.equal(rollout.state.phase, "Succeeded");
    });
});

describe("a person's wish", () => {
  it("to pause holds the weight while checks go on, and is told once", () => {
    const rollout = rolloutAt(roundOf(1));
    const told = said(rollout, () => {
      ask(rollout, "pause");
      for (let turn = 0; turn < 20; turn += 1) rollout.finish({ good: true });
    });
    assert.deepEqual(told, [
      "info: paused by ann: the weight stays, checks continue",
      "info: waiting for paused by ann",
    ]);
    assert.deepEqual([rollout.state.step, rollout.state.phase, rollout.begun.length], [1, "Waiting", 2]);
    assert.ok(rollout.state.rounds.length > 5);
    walkOn(rollout, roundOf(1));
    rollout.finish({ good: false });
    rollout.finish({ good: true });
    rollout.finish({ good: false });
    assert.ok(isGoingBack(rollout.state), "a paused rollout did not go back");
  });

  it("to resume cuts the wait short", () => {
    const rollout = rolloutAt(roundOf(1));
    ask(rollout, "pause");
    rollout.finish({ good: true });
    assert.equal(rollout.state.activity.kind, "sleep");
    ask(rollout, "resume");
    assert.deepEqual(
      [rollout.state.activity.kind === "sleep" && rollout.state.activity.until, rollout.state.pausedBy],
      [rollout.time, undefined],
    );
    walkOn(rollout, isEnded);
    assert.equal(rollout.state.phase, "Succeeded");
  });

  it("that comes late never makes a wait longer", () => {
    const rollout = rolloutAt(updateTo("trial", 1));
    rollout.finish({ good: true });
    const { activity } = rollout.state;
    assert.ok(activity.kind === "sleep");
    rollout.tell({ kind: "commanded", at: activity.until + 60_000, command: "approve", by: "ann" });
    assert.deepEqual(rollout.state.activity, activity);
  });

  it("to approve lets a step go on that waits for it, and no other", () => {
    const steps = [10, 20].map((weight) => ({ weight, rules: {}, checks: 1, pause: "approval" as const }));
    const rollout = rolloutAt(roundOf(1), { steps });
    for (let turn = 0; turn < 20; turn += 1) rollout.finish({ good: true });
    assert.deepEqual([rollout.state.waitingFor, rollout.state.phase], ["approval: sluice approve", "Waiting"]);
    ask(rollout, "approve");
    walkOn(rollout, roundOf(2));
    for (let turn = 0; turn < 20; turn += 1) rollout.finish({ good: true });
    assert.deepEqual([rollout.state.step, rollout.state.phase], [2, "WaitingPromotion"]);
    ask(rollout, "approve");
    walkOn(rollout, isEnded);
    assert.equal(rollout.state.phase, "Succeeded");
  });

  it("to promote goes to the last step, and on after one round that passed there", () => {
    const steps = [10, 20, 30].map((weight) => ({ weight, rules: {}, checks: 5, pause: "approval" as const }));
    const rollout = rolloutAt(roundOf(1), { steps });
    ask(rollout, "pause");
    ask(rollout, "promote");
    walkOn(rollout, roundOf(3));
    rollout.finish({ good: true, verdict: "no data" });
    assert.equal(rollout.state.step, 3);
    walkOn(rollout, roundOf(3));
    rollout.finish({ good: true });
    assert.deepEqual(
      rollout.begun.map((routing) => (routing.kind === "trial" ? routing.step : routing.kind)),
      [0, 1, 3, "promotion"],
    );
  });

  it("to abort takes users back from wherever it is", () => {
    for (const isThere of [
      updateTo("trial", 0),
      gateOf("confirm-rollout"),
      updateTo("trial", 2),
      gateOf("confirm-promotion"),
      updateTo("promotion"),
      updateTo("promoted"),
    ]) {
      const rollout = rolloutAt(isThere);
      assert.deepEqual(
        said(rollout, () => ask(rollout, "abort")),
        ["error: back to v1: aborted by ann"],
      );
      rollout.run();
      assert.deepEqual([rollout.state.served, rollout.state.phase], [{ kind: "stable" }, "Failed"]);
    }
  });

  it("to abort takes users back from a canary that a failed promotion left them with", () => {
    const rollout = rolloutAt(updateTo("promotion"));
    rollout.finish({ good: false, cause: "failed" });
    rollout.run();
    ask(rollout, "abort");
    assert.equal(rollout.state.endedAt, undefined);
    rollout.run();
    assert.deepEqual([rollout.state.served, rollout.state.outcome], [{ kind: "stable" }, "aborted by ann"]);
  });

  it("has no effect on what has ended well, or is on its way back", () => {
    const back = rolloutAt(roundOf(1));
    ask(back, "abort");
    for (const rollout of [rolloutAt(isEnded), back])
      for (const command of ["approve", "pause", "resume", "abort", "promote"] as const) {
        const { state } = rollout;
        ask(rollout, command);
        assert.equal(rollout.state, state, command);
      }
  });
});

describe("a rollout that another driver takes over", () => {
  it("does at once what it slept for, and counts its step from now, where the clock before was ahead", () => {
    const { state, time } = rolloutAt(({ activity }) => activity.kind === "sleep");
    const taken = takeOver(state, time - 60_000);
    assert.deepEqual(taken.activity, { ...state.activity, until: time - 60_000 });
    assert.deepEqual([taken.stepSince, taken.progressAt], [time - 60_000, time - 60_000]);
    assert.equal(takeOver(state, time + 5000).stepSince, state.stepSince);
  });
});
