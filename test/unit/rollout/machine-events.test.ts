import assert from "node:assert/strict";
import { advance } from "../../../rollout/machine";
import { isEnded, isGoingBack } from "../../../rollout/state";
import { ask, blueGreen, rolloutAt, roundOf, updateTo } from "./walk";
import type { SimulatedRollout } from "./world";

const crash = (rollout: SimulatedRollout) =>
  rollout.tell({ kind: "crashed", at: rollout.time, message: "pod x is in CrashLoopBackOff" });

describe("a canary that crashes", () => {
  for (const [where, isThere] of [
    ["while it comes up", updateTo("trial", 0)],
    ["in a step", roundOf(2)],
    ["between two rounds", ({ activity }) => activity.kind === "sleep"],
    ["in the middle of its promotion", updateTo("promotion")],
    ["while the canary retires", updateTo("promoted")],
  ] as [string, Parameters<typeof rolloutAt>[0]][])
    it(`brings the way back at once ${where}`, () => {
      const rollout = rolloutAt(isThere);
      crash(rollout);
      assert.deepEqual(rollout.begun.at(-1), { kind: "stable" });
      rollout.run();
      assert.equal(rollout.state.outcome, "pod x is in CrashLoopBackOff");
    });

  it("brings the way back though users were about to stay with it", () => {
    for (const isWaiting of [false, true]) {
      const rollout = rolloutAt(updateTo("promotion"));
      rollout.finish({ good: false, cause: "failed" });
      if (isWaiting) rollout.finish({ good: false, cause: "failed" });
      crash(rollout);
      assert.deepEqual(rollout.begun.at(-1), { kind: "stable" });
    }
  });

  it("changes nothing once everybody is on the way back, or it is over", () => {
    const back = rolloutAt(roundOf(1));
    crash(back);
    for (const rollout of [back, rolloutAt(({ phase }) => phase === "Succeeded")]) {
      const { state } = rollout;
      crash(rollout);
      assert.equal(rollout.state, state);
    }
  });
});

describe("an alarm between two rounds", () => {
  const alarm = (rollout: SimulatedRollout) => rollout.tell({ kind: "alarmed", at: rollout.time });

  it("brings the next round at once", () => {
    const rollout = rolloutAt(({ activity, step }) => activity.kind === "sleep" && step === 1);
    const { time } = rollout;
    alarm(rollout);
    assert.deepEqual(rollout.state.activity, { kind: "sleep", until: time, next: { kind: "round", type: "rollout" } });
    const { state } = rollout;
    alarm(rollout);
    assert.equal(rollout.state, state, "a second alarm had another round begin");
  });

  it("counts as no failed round by itself", () => {
    const rollout = rolloutAt(({ activity, step }) => activity.kind === "sleep" && step === 1);
    alarm(rollout);
    rollout.run();
    assert.deepEqual([rollout.state.phase, rollout.state.failedChecks], ["Succeeded", 0]);
  });

  it("changes nothing in the middle of a round, of an update and of a promotion", () => {
    for (const isThere of [roundOf(1), updateTo("trial", 2), updateTo("promotion")]) {
      const rollout = rolloutAt(isThere);
      const { state } = rollout;
      alarm(rollout);
      assert.equal(rollout.state, state);
    }
  });
});

describe("the deadline of a rollout", () => {
  const overdue = (rollout: SimulatedRollout) =>
    rollout.tell({ kind: "overdue", at: rollout.state.progressAt + rollout.state.spec.progressDeadline });

  it("brings the way back, with what it waited for", () => {
    const rollout = rolloutAt(updateTo("trial", 1));
    rollout.finish({ good: false, cause: "unreachable" });
    overdue(rollout);
    assert.equal(rollout.state.outcome, "no progress within 60 s: it did not go");
    assert.ok(isGoingBack(rollout.state));
  });

  it("leaves users with the canary in the middle of a promotion, and goes back from a switch", () => {
    for (const kind of ["promotion", "promoted"]) {
      const rollout = rolloutAt(updateTo(kind));
      overdue(rollout);
      assert.deepEqual(rollout.begun.at(-1), { kind: "trial", step: 3 });
    }
    const colored = rolloutAt(updateTo("promoted"), blueGreen);
    overdue(colored);
    assert.ok(isGoingBack(colored.state));
  });

  it("is held off by every update, round and gate that goes well", () => {
    const rollout = rolloutAt(updateTo("trial", 0));
    for (let kind = ""; kind !== "post";) {
      ({ kind } = rollout.state.activity);
      rollout.finish({ good: true });
      const { phase, progressAt } = rollout.state;
      if (kind !== "sleep" && phase !== "Succeeded") assert.equal(progressAt, rollout.time, `${kind} in ${phase}`);
    }
  });

  it("is none for what has made progress since somebody looked, and for what ends anyway", () => {
    const early = rolloutAt(roundOf(1));
    const at = early.state.progressAt + early.state.spec.progressDeadline - 1;
    assert.equal(advance(early.state, { kind: "overdue", at }).state, early.state);
    ask(early, "abort");
    assert.equal(advance(early.state, { kind: "overdue", at: Infinity }).state, early.state);
  });
});

describe("an event that comes too late", () => {
  it("changes nothing", () => {
    const { state, time: at } = rolloutAt(isEnded);
    for (const event of [
      { kind: "updated", at, asPlanned: true, checks: [] },
      { kind: "updateFailed", at, cause: "failed", message: "" },
      { kind: "answered", at, agreed: true, message: "" },
      { kind: "checked", at, since: at, checks: [] },
      { kind: "woke", at },
    ] as const)
      assert.equal(advance(state, event).state, state, event.kind);
  });
});
