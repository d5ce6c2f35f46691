import assert from "node:assert/strict";
import type { CheckVerdict } from "../../../rollout/check";
import { takeOver } from "../../../rollout/machine";
import { retry } from "../../../rollout/retry";
import type { RolloutSpec } from "../../../rollout/spec";
import { trafficOf } from "../../../rollout/stack";
import { deadlineOf, isEnded, isGoingBack, type RolloutState } from "../../../rollout/state";
import { supersede } from "../../../rollout/supersede";
import { actionsOf, viewOf } from "../../../rollout/view";
import { ask, blueGreen, nextOf, rolloutAt, said, walkOn } from "./walk";
import { type SimulatedRollout } from "./world";

const isBaking = ({ phase }: RolloutState) => phase === "Baking";
const isRound = ({ activity }: RolloutState) => activity.kind === "round";

/** A rollout that has just promoted its version, and is watched for 25 s. */
const baking = (changes: Partial<RolloutSpec> = {}) => rolloutAt(isBaking, { bake: 25_000, ...changes });

function rounds(rollout: SimulatedRollout, ...verdicts: CheckVerdict[]): string[] {
  return said(rollout, () => {
    for (const verdict of verdicts) {
      walkOn(rollout, isRound);
      rollout.finish({ good: true, verdict });
    }
  });
}

describe("a bake", () => {
  it("begins with the promotion: everybody gets the new version, and rounds of checks go on", () => {
    const { state, notices } = baking();
    assert.deepEqual([state.served, state.step, viewOf(state).weight], [{ kind: "promoted" }, 3, 100]);
    assert.deepEqual(state.activity, {
      kind: "sleep",
      until: state.stepSince + 10_000,
      next: { kind: "round", type: "rollout" },
    });
    assert.equal(notices.at(-1)?.message, "v2 serves all users; checks continue for 25s, and v1 keeps its pods");
    assert.equal(viewOf(state).watchedUntil, new Date(state.stepSince + 25_000).toISOString());
  });

  it("follows the switch of blue-green in the same way", () => {
    const { state } = baking(blueGreen);
    assert.deepEqual([state.served, viewOf(state).weight], [{ kind: "promoted" }, 100]);
  });

  it("is the stack's traffic for whoever updates it: the promotion's, under way", () => {
    const { state, values } = trafficOf(baking().state);
    assert.deepEqual([state, values["stable"], values["canary"]], ["under way", "v2", null]);
  });

  for (const verdict of ["passed", "no data"] as const)
    it(`ends after its time where rounds are ${verdict}, with a last one at its end`, () => {
      const rollout = baking();
      const { stepSince } = rollout.state;
      assert.deepEqual(rounds(rollout, verdict, verdict), []);
      assert.deepEqual(rollout.state.activity.kind === "sleep" && rollout.state.activity.until, stepSince + 25_000);
      assert.deepEqual(rounds(rollout, verdict), ["info: v2 has taken the place of v1"]);
      walkOn(rollout, isEnded);
      assert.deepEqual([rollout.state.phase, rollout.state.served], ["Succeeded", { kind: "promoted" }]);
      assert.equal("watchedUntil" in viewOf(rollout.state), false);
    });

  it("takes users back by the threshold, and the record tells why", () => {
    const rollout = baking({ threshold: 2 });
    const outcome = "after its promotion, 2 of 2 failed rounds: it is failed";
    assert.deepEqual(rounds(rollout, "failed", "failed"), [
      "warn: failed round 1 of 2: it is failed",
      `error: back to v1: ${outcome}`,
    ]);
    assert.deepEqual(nextOf(rollout), {
      kind: "update",
      routing: { kind: "stable" },
      attempt: 1,
      ending: { phase: "Failed", outcome },
    });
    walkOn(rollout, isEnded);
    assert.deepEqual(
      [rollout.state.phase, rollout.state.outcome, viewOf(rollout.state).weight],
      ["Failed", outcome, 0],
    );
    assert.equal(rollout.file["stable"], "v1");
  });

  it("does not end with a failed round", () => {
    const rollout = baking({ threshold: 9 });
    rounds(rollout, "failed", "failed", "failed", "failed");
    assert.equal(rollout.state.phase, "Baking");
    rounds(rollout, "passed");
    assert.equal(rollout.state.phase, "Succeeded");
  });

  it("neither ends nor goes back while it can't be judged, and says so once", () => {
    const rollout = baking({ inconclusiveLimit: 2 });
    assert.deepEqual(rounds(rollout, ...Array<CheckVerdict>(6).fill("inconclusive")), [
      "warn: can't be judged since its promotion: it is inconclusive",
    ]);
    assert.deepEqual([rollout.state.phase, rollout.state.waitingFor], ["Baking", "it is inconclusive"]);
    rounds(rollout, "no data");
    assert.equal(rollout.state.phase, "Succeeded");
  });

  it("goes back at once for pods that crash, and where a webhook asks for it", () => {
    const crashed = baking();
    crashed.tell({ kind: "crashed", at: crashed.time, message: "pod web-v2 is in CrashLoopBackOff" });
    assert.equal(crashed.state.outcome, "after its promotion, pod web-v2 is in CrashLoopBackOff");
    const asked = baking();
    walkOn(asked, isRound);
    asked.tell({ kind: "checked", at: asked.time, since: asked.time, checks: [], rollback: "webhook tests says so" });
    assert.equal(asked.state.outcome, "after its promotion, webhook tests says so");
    for (const { state } of [crashed, asked]) assert.ok(isGoingBack(state));
  });

  it("makes a round at once where the version is shown to be worse", () => {
    const rollout = baking();
    rollout.tell({ kind: "alarmed", at: rollout.time });
    assert.equal(rollout.state.activity.kind === "sleep" && rollout.state.activity.until, rollout.time);
  });

  it("has no deadline: it ends by its own time", () => assert.equal(deadlineOf(baking().state), undefined));

  it("can be paused, promoted and aborted", () => {
    assert.deepEqual(actionsOf(baking().state), ["pause", "promote", "abort"]);
    const paused = baking();
    ask(paused, "pause");
    assert.deepEqual(actionsOf(paused.state), ["resume", "promote", "abort"]);
    assert.deepEqual(rounds(paused, "passed", "passed", "passed", "passed"), ["info: waiting for paused by ann"]);
    ask(paused, "resume");
    rounds(paused, "passed");
    assert.equal(paused.state.phase, "Succeeded");

    const promoted = baking();
    assert.deepEqual(
      said(promoted, () => ask(promoted, "promote")),
      ["info: ann ended the checks of v2 early", "info: v2 has taken the place of v1"],
    );
    assert.equal(promoted.state.phase, "Succeeded");

    const aborted = baking();
    ask(aborted, "abort");
    walkOn(aborted, isEnded);
    assert.deepEqual([aborted.state.outcome, aborted.file["stable"]], ["after its promotion, aborted by ann", "v1"]);
    assert.deepEqual(retry(aborted.state, 2, aborted.time).activity, {
      kind: "update",
      routing: { kind: "trial", step: 0 },
      attempt: 1,
    });
  });

  it("tells Pulumi at its end of a promotion that was made by patches", () => {
    const settles = (isPatched: boolean) => {
      const rollout = rolloutAt(({ activity }) => activity.kind === "update" && activity.routing.kind === "promoted", {
        ...blueGreen,
        bake: 25_000,
      });
      rollout.tell({ kind: "updated", at: rollout.time, asPlanned: true, checks: [], isPatched });
      ask(rollout, "promote");
      return rollout.state.activity;
    };
    for (const needsUpdate of [true, false])
      assert.deepEqual(settles(needsUpdate), { kind: "settle", attempt: 1, needsUpdate });
  });

  it("lasts as long for a driver that takes it over: time without a watch doesn't count", () => {
    const rollout = baking();
    rounds(rollout, "passed");
    const { bake, progressAt } = rollout.state;
    const left = (bake?.until ?? 0) - progressAt;
    const later = takeOver(rollout.state, progressAt + 3_600_000);
    assert.equal(later.bake?.until, progressAt + 3_600_000 + left);
    // The other machine's clock was ahead.
    assert.equal(takeOver(rollout.state, progressAt - 3_600_000).bake?.until, progressAt - 3_600_000 + 25_000);
  });

  it("has succeeded where another rollout takes its place", () => {
    const { phase, outcome } = supersede(baking().state, "v3", 5000);
    assert.equal(phase, "Succeeded");
    assert.equal(outcome, "v2 has taken the place of v1; its checks ended early when v3 started");
  });
});
