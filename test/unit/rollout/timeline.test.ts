import assert from "node:assert/strict";
import fc from "fast-check";
import type { CheckResult } from "../../../rollout/check";
import { extend, mostPoints, pointOf, type TimelinePoint } from "../../../rollout/timeline";
import { isEnded } from "../../../rollout/state";
import { ask, rolloutAt, roundOf, walkOn } from "./walk";

const grow = (points: readonly TimelinePoint[]) => points.reduce<readonly TimelinePoint[]>(extend, []);
const pointsAt = (times: readonly number[], step = 1) => times.map((at) => ({ at, step, weight: 10, metrics: [] }));

describe("the timeline of a rollout", () => {
  it("keeps every point of a short rollout", () => {
    const points = pointsAt([1, 2, 3, 5, 8]);
    assert.deepEqual(grow(points), points);
  });

  it("stays small however long a rollout takes, in order, and with both its ends", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 3_600_000 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 400 }), (all, perStep) => {
        let at = 0;
        const points = all.map((gap, index) => ({
          at: (at += gap),
          step: Math.floor(index / perStep),
          weight: 0,
          metrics: [],
        }));
        const kept = grow(points);
        assert.equal(kept.length, Math.min(points.length, mostPoints));
        assert.deepEqual([kept[0], kept.at(-1)], [points[0], points.at(-1)]);
        assert.deepEqual(
          kept,
          points.filter((point) => kept.includes(point)),
        );
      }),
    );
  });

  it("spreads what it keeps over the whole rollout", () => {
    const kept = grow(pointsAt(Array.from({ length: 5000 }, (_, index) => 10_000 * index)));
    const gaps = kept.slice(1).map(({ at }, index) => at - (kept[index]?.at ?? 0));
    // A mean gap is 420 s; without the sweep over all of them, the newest ones would be 10 s.
    assert.ok(Math.max(...gaps) <= 4 * 420_000, `${Math.max(...gaps)}`);
    assert.ok(gaps.filter((gap) => gap < 100_000).length <= 2);
  });

  it("keeps the beginnings of steps, at which the weight changes", () => {
    const beginnings = [0, 1, 2, 3].map((step) => 1000 * step * 250);
    const points = Array.from({ length: 1000 }, (_, index) => ({
      ...pointsAt([1000 * index], Math.floor(index / 250))[0],
    })) as TimelinePoint[];
    const kept = grow(points).map(({ at }) => at);
    for (const at of beginnings) assert.ok(kept.includes(at), `${at}`);
  });

  it("has of a round what metrics measured, and nothing of webhooks", () => {
    const compared = {
      since: 5,
      canary: { requests: 20, errors: 1 },
      stable: { requests: 80, errors: 2 },
      evidence: 0.03,
    };
    const checks: CheckResult[] = [
      { name: "errors", kind: "metric", verdict: "passed", value: 95, unit: "%", compared, message: "" },
      { name: "queue", kind: "metric", verdict: "passed", value: 3, message: "" },
      { name: "late", kind: "metric", verdict: "no data", message: "" },
      { name: "hook", kind: "webhook", verdict: "passed", message: "" },
    ];
    assert.deepEqual(pointOf(7, 2, 40, checks), {
      at: 7,
      step: 2,
      weight: 40,
      metrics: [
        { name: "errors", value: 95, unit: "%", compared },
        { name: "queue", value: 3 },
      ],
    });
  });

  it("shows each step, each round, and where users are in the end", () => {
    const weights = ({ timeline = [] }: { timeline?: readonly TimelinePoint[] }) =>
      timeline.map(({ weight }) => weight);
    assert.deepEqual(weights(rolloutAt(isEnded).state), [0, 0, 25, 25, 50, 50, 100, 100, 100]);
    const back = rolloutAt(roundOf(2));
    ask(back, "abort");
    walkOn(back, isEnded);
    assert.deepEqual(weights(back.state), [0, 0, 25, 25, 50, 0]);
  });
});
