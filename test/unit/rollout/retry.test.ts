import assert from "node:assert/strict";
import { retry } from "../../../rollout/retry";
import { isEnded } from "../../../rollout/state";
import { supersede } from "../../../rollout/supersede";
import { actionsOf } from "../../../rollout/view";
import { ask, rolloutAt, roundOf, updateTo, walkOn } from "./walk";
import type { SimulatedRollout } from "./world";

/** The same rollout, tried again under another number. */
function retried(rollout: SimulatedRollout): SimulatedRollout {
  rollout.state = retry(rollout.state, rollout.state.id + 1, rollout.time);
  return rollout;
}

describe("retry", () => {
  it("begins a rollout anew whose users were taken back", () => {
    const rollout = rolloutAt(roundOf(2), { threshold: 1 });
    rollout.finish({ good: false });
    walkOn(rollout, isEnded);
    const { state } = retried(rollout);
    assert.deepEqual(
      [state.id, state.phase, state.activity, state.failedChecks, state.rounds, state.served, state.outcome],
      [
        2,
        "Initializing",
        { kind: "update", routing: { kind: "trial", step: 0 }, attempt: 1 },
        0,
        [],
        undefined,
        undefined,
      ],
    );
    walkOn(rollout, isEnded);
    assert.equal(rollout.state.phase, "Succeeded");
  });

  it("begins with the last step where a promotion failed and left users there", () => {
    const rollout = rolloutAt(updateTo("promotion"));
    rollout.finish({ good: false, cause: "failed" });
    walkOn(rollout, isEnded);
    const { state } = retried(rollout);
    assert.deepEqual(state.activity, { kind: "update", routing: { kind: "trial", step: 3 }, attempt: 1 });
    assert.deepEqual([state.phase, state.served], ["Progressing", { kind: "trial", step: 3 }]);
    walkOn(rollout, roundOf(3));
    walkOn(rollout, isEnded);
    assert.equal(rollout.state.phase, "Succeeded");
  });

  it("sends no more users to a canary that another version took the place of in a step", () => {
    const rollout = rolloutAt(roundOf(1));
    rollout.state = supersede(rollout.state, "v3", rollout.time);
    assert.deepEqual(rollout.state.served, { kind: "trial", step: 1 });
    const { state } = retried(rollout);
    assert.deepEqual(state.activity, { kind: "update", routing: { kind: "trial", step: 0 }, attempt: 1 });
  });

  it("still takes users back where its first update is refused though they are with the canary", () => {
    const rollout = rolloutAt(roundOf(1));
    rollout.state = supersede(rollout.state, "v3", rollout.time);
    retried(rollout).finish({ good: false, cause: "refused" });
    assert.deepEqual(rollout.begun.at(-1), { kind: "stable" });
  });

  it("is only for what has failed", () => {
    for (const rollout of [rolloutAt(roundOf(1)), rolloutAt(isEnded)])
      assert.throws(
        () => retry(rollout.state, 2, 0),
        new RegExp(`^UserError: rollout 1 is ${rollout.state.phase}: only a Failed rollout can be retried$`),
      );
  });
});

describe("what a person may do with a rollout", () => {
  const approval = [{ weight: 10, rules: {}, checks: 1, pause: "approval" as const }];

  it("is what then has an effect", () => {
    assert.deepEqual(actionsOf(rolloutAt(roundOf(1)).state), ["pause", "promote", "abort"]);
    assert.deepEqual(actionsOf(rolloutAt(updateTo("promotion")).state), ["pause", "abort"]);
    assert.deepEqual(actionsOf(rolloutAt(updateTo("promoted")).state), ["pause", "abort"]);
    assert.deepEqual(actionsOf(rolloutAt(isEnded).state), []);
    assert.deepEqual(actionsOf(rolloutAt(({ phase }) => phase === "Succeeded").state), []);
  });

  it("is to approve only what waits for it", () => {
    const rollout = rolloutAt(roundOf(1), { steps: approval });
    assert.deepEqual(actionsOf(rollout.state), ["approve", "pause", "promote", "abort"]);
    ask(rollout, "approve");
    assert.deepEqual(actionsOf(rollout.state), ["pause", "promote", "abort"]);
  });

  it("is to resume what is paused, and not to promote twice", () => {
    const rollout = rolloutAt(roundOf(1));
    ask(rollout, "promote");
    assert.deepEqual(actionsOf(rollout.state), ["pause", "abort"]);
    ask(rollout, "pause");
    assert.deepEqual(actionsOf(rollout.state), ["resume", "abort"]);
  });

  it("is nothing while users are on their way back", () => {
    const rollout = rolloutAt(roundOf(1));
    ask(rollout, "abort");
    assert.deepEqual(actionsOf(rollout.state), []);
    walkOn(rollout, isEnded);
    assert.deepEqual(actionsOf(rollout.state), ["retry"]);
  });

  it("is to try again or to go back after a promotion that failed, and nothing on the way back from there", () => {
    const rollout = rolloutAt(updateTo("promotion"));
    rollout.finish({ good: false, cause: "failed" });
    walkOn(rollout, isEnded);
    assert.deepEqual(actionsOf(rollout.state), ["retry", "abort"]);
    ask(rollout, "abort");
    assert.deepEqual(actionsOf(rollout.state), []);
  });
});
