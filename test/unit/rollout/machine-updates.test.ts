import assert from "node:assert/strict";
import { measureAttempts } from "../../../rollout/endings";
import { isEnded, isGoingBack } from "../../../rollout/state";
import { ask, blueGreen, byPods, rolloutAt, roundOf, said, updateTo, walkOn } from "./walk";
import { check, type SimulatedRollout } from "./world";

const fail = (rollout: SimulatedRollout, cause: "unreachable" | "refused" | "failed") =>
  rollout.finish({ good: false, cause });
const promoting = updateTo("promotion");
const promoted = updateTo("promoted");

describe("an update of a rollout that does not go through", () => {
  it("is over where it is refused before anything changed: nobody has to go back", () => {
    const rollout = rolloutAt(updateTo("trial", 0));
    assert.deepEqual(
      said(rollout, () => fail(rollout, "refused")),
      ["error: refused before anything changed: it did not go"],
    );
    const { phase, activity, served } = rollout.state;
    assert.deepEqual([phase, activity.kind, served], ["Failed", "post", undefined]);
  });

  for (const [where, isThere, cause] of [
    ["the first one fails half-way", updateTo("trial", 0), "failed"],
    ["a later one is refused", updateTo("trial", 1), "refused"],
    ["a later one fails", updateTo("trial", 2), "failed"],
  ] as const)
    it(`goes back where ${where}`, () => {
      const rollout = rolloutAt(isThere);
      assert.deepEqual(
        said(rollout, () => fail(rollout, cause)),
        ["error: back to v1: it did not go"],
      );
      assert.deepEqual(rollout.state.activity, {
        kind: "update",
        routing: { kind: "stable" },
        attempt: 1,
        ending: { phase: "Failed", outcome: "it did not go" },
      });
      rollout.run();
      assert.deepEqual([rollout.state.phase, rollout.state.outcome], ["Failed", "it did not go"]);
    });

  it("goes back where a promotion fails that has no canary beside the new stable", () => {
    for (const outcome of [{ good: false }, { good: false, cause: "failed" }] as const) {
      const rollout = rolloutAt(promoted, byPods);
      const told = said(rollout, () => rollout.finish(outcome));
      assert.match(told.join(), /^error: back to v1: (it did not go|the promotion failed: it is failed)$/);
      assert.equal(isGoingBack(rollout.state), true);
    }
  });

  it("is begun again every second while the cluster does not answer, and told once", () => {
    const rollout = rolloutAt(updateTo("trial", 1));
    const told = said(rollout, () => {
      for (let time = 0; time < 30; time += 1) {
        fail(rollout, "unreachable");
        assert.deepEqual(rollout.state.activity, {
          kind: "sleep",
          until: rollout.time + 1000,
          next: { kind: "update", routing: { kind: "trial", step: 1 }, attempt: 1 },
        });
        assert.equal(rollout.state.waitingFor, "it did not go");
        rollout.finish({ good: true });
      }
    });
    assert.deepEqual(told, ["warn: the cluster does not answer; trying again: it did not go"]);
    rollout.finish({ good: true });
    assert.deepEqual([rollout.state.step, rollout.state.waitingFor], [1, undefined]);
  });

  it("tells of a cluster that does not answer though a round could not be judged before", () => {
    const rollout = rolloutAt(roundOf(0));
    rollout.finish({ good: false, verdict: "inconclusive" });
    walkOn(rollout, updateTo("trial", 1));
    assert.equal(rollout.state.waitingFor, undefined);
    assert.equal(said(rollout, () => fail(rollout, "unreachable")).length, 1);
  });

  for (const cause of ["failed", "unreachable"] as const)
    it(`never gives the way back up: it is ${cause}`, () => {
      const rollout = rolloutAt(roundOf(1));
      ask(rollout, "abort");
      const told = said(rollout, () => {
        for (let attempt = 0; attempt < 50; attempt += 1) {
          fail(rollout, cause);
          assert.ok(isGoingBack(rollout.state));
          rollout.finish({ good: true });
        }
      });
      assert.ok(told.length >= (cause === "failed" ? 5 : 1), "nobody hears of it");
      rollout.run();
      assert.deepEqual(rollout.state.served, { kind: "stable" });
    });

  for (const isThere of [promoting, promoted])
    it(`leaves users with the canary where the ${isThere === promoting ? "promotion" : "canary's retirement"} fails`, () => {
      const rollout = rolloutAt(isThere);
      const outcome = "the promotion failed, and users stay with the canary (v2): it did not go";
      assert.deepEqual(
        said(rollout, () => fail(rollout, "failed")),
        [`error: ${outcome}`],
      );
      assert.deepEqual(rollout.begun.at(-1), { kind: "trial", step: 3 });
      rollout.run();
      const { phase, served } = rollout.state;
      assert.deepEqual([phase, rollout.state.outcome, served], ["Failed", outcome, { kind: "trial", step: 3 }]);
      assert.deepEqual([rollout.file["stable"], rollout.file["canaryWeight"]], ["v1", 100]);
    });

  it("goes back where a switch of colors fails", () => {
    const rollout = rolloutAt(promoted, blueGreen);
    fail(rollout, "failed");
    assert.ok(isGoingBack(rollout.state));
  });
});

describe("an update of a rollout that is not taken up", () => {
  const unplanned = (rollout: SimulatedRollout) =>
    rollout.tell({ kind: "updated", at: (rollout.time += 1000), asPlanned: false, checks: [check("failed")] });

  it("is a failed round in a step", () => {
    const rollout = rolloutAt(updateTo("trial", 1), { threshold: 2 });
    assert.deepEqual(
      said(rollout, () => unplanned(rollout)),
      ["info: step 1 of 3: 25% of the requests on v2", "warn: failed round 1 of 2: it is failed"],
    );
    assert.deepEqual(
      [rollout.state.step, rollout.state.failedChecks, rollout.state.rounds.at(-1)?.verdict],
      [1, 1, "failed"],
    );
    walkOn(rollout, updateTo("trial", 2));
    unplanned(rollout);
    assert.ok(isGoingBack(rollout.state));
  });

  it("leaves users with the canary where stable does not answer with the new version", () => {
    const rollout = rolloutAt(promoting);
    unplanned(rollout);
    assert.deepEqual(rollout.begun.at(-1), { kind: "trial", step: 3 });
    assert.equal(rollout.state.served?.kind, "promotion");
  });

  it("leaves users with the canary where its retirement is not taken up, and goes back from a switch", () => {
    const rollout = rolloutAt(promoted);
    unplanned(rollout);
    assert.deepEqual(rollout.begun.at(-1), { kind: "trial", step: 3 });
    const colored = rolloutAt(promoted, blueGreen);
    assert.deepEqual(
      said(colored, () => unplanned(colored)),
      ["error: back to v1: the switch failed: it is failed"],
    );
  });

  it("is measured again on the way back, until somebody must look", () => {
    const rollout = rolloutAt(roundOf(1));
    ask(rollout, "abort");
    for (let attempt = 1; attempt < measureAttempts; attempt += 1) {
      unplanned(rollout);
      assert.ok(isGoingBack(rollout.state));
      rollout.finish({ good: true });
    }
    unplanned(rollout);
    assert.equal(rollout.state.phase, "Failed");
    assert.match(rollout.state.outcome ?? "", /^aborted by ann; could not confirm .*: it is failed$/);
    assert.deepEqual(rollout.state.served, { kind: "stable" });
  });

  it("is over as soon as the way back is measured", () => {
    const rollout = rolloutAt(roundOf(1));
    ask(rollout, "abort");
    unplanned(rollout);
    walkOn(rollout, isEnded);
    assert.deepEqual([rollout.state.phase, rollout.state.outcome], ["Failed", "aborted by ann"]);
  });
});
