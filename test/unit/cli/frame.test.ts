import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { frameOf } from "../../../cli/rollout/frame";
import { isEnded } from "../../../rollout/state";
import { ask, gateOf, rolloutAt, roundOf, updateTo } from "../rollout/walk";
import type { SimulatedRollout } from "../rollout/world";

const linesOf = ({ state }: SimulatedRollout, now = 0, doing = "") =>
  stripVTControlCharacters(frameOf("dev", state, doing, now))
    .split("\n")
    .slice(1);

describe("a rollout's picture", () => {
  it("has its versions, its phase, its step, its weight and the last round", () =>
    assert.deepEqual(
      linesOf(rolloutAt(gateOf("confirm-promotion"), { maxWeight: 50, steps: [{ weight: 50, rules: {}, checks: 1 }] })),
      [
        "dev  v1 → v2  Progressing  step 1 of 1",
        `${"█".repeat(15)}${"░".repeat(15)} 50% v2   failed rounds 0 of 2   asking confirm-promotion`,
        "  ✓ it is passed",
      ],
    ));

  it("has a bar as long as the weight", () => {
    const barOf = (rollout: SimulatedRollout) => [...(linesOf(rollout)[1] ?? "")].filter((one) => one === "█").length;
    assert.equal(barOf(rolloutAt(updateTo("trial", 0))), 0);
    assert.equal(barOf(rolloutAt(roundOf(1))), 8);
    assert.equal(barOf(rolloutAt(isEnded)), 30);
  });

  it("says what is being done", () => {
    for (const [isThere, words] of [
      [updateTo("trial", 1), "updating the stack"],
      [roundOf(1), "checking"],
      [gateOf("confirm-rollout"), "asking confirm-rollout"],
      [({ activity }) => activity.kind === "post", "announcing the end"],
    ] as [Parameters<typeof rolloutAt>[0], string][])
      assert.match(linesOf(rolloutAt(isThere))[1] ?? "", new RegExp(`failed rounds 0 of 2   ${words}$`));
    assert.match(linesOf(rolloutAt(roundOf(1)), 0, "400 requests")[1] ?? "", /400 requests$/);
    assert.match(linesOf(rolloutAt(isEnded))[1] ?? "", /failed rounds 0 of 2 {3}$/);
  });

  it("counts down to the next round, and not below 0", () => {
    const rollout = rolloutAt(updateTo("trial", 1));
    rollout.finish({ good: true });
    const { activity } = rollout.state;
    const until = activity.kind === "sleep" ? activity.until : assert.fail();
    assert.match(linesOf(rollout, until - 7000, "ignored")[1] ?? "", /next in 7s$/);
    assert.match(linesOf(rollout, until + 7000)[1] ?? "", /next in 0m?s$/);
  });

  it("says what it waits for, and what did not pass", () => {
    const rollout = rolloutAt(roundOf(1), { threshold: 3 });
    rollout.finish({ good: false });
    ask(rollout, "pause");
    assert.deepEqual(linesOf(rollout).slice(2), ["  ✗ it is failed"]);
    rollout.finish({ good: true });
    rollout.finish({ good: true });
    assert.deepEqual(linesOf(rollout).slice(2), ["waiting for paused by ann", "  ✓ it is passed"]);
    rollout.finish({ good: true });
    rollout.finish({ good: true, verdict: "no data" });
    assert.deepEqual(linesOf(rollout).slice(2), ["waiting for it is no data", "  ? it is no data"]);
  });
});
