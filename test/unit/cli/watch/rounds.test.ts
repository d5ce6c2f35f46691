import assert from "node:assert/strict";
import fc from "fast-check";
import { allot } from "../../../../cli/watch/allotment";
import { barOf } from "../../../../cli/watch/bar";
import { notesOf } from "../../../../cli/watch/live-plan";
import { slide } from "../../../../cli/watch/window";
import { latencyOf, percentile } from "../../../../traffic/latency";
import { planWith } from "../../support/plans";

describe("the requests of a round", () => {
  it("add up to the rate, are spread over the second, and half of them are plain in the long run", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 6 }), (rate, rules) => {
        const plain = Array.from({ length: 60 }, (_, round) => {
          const allotments = allot(rate, rules, round);
          assert.equal(allotments.length, rules);
          assert.equal(
            allotments.reduce((sum, { count }) => sum + count, 0),
            rate,
          );
          assert.ok(allotments.every(({ after }) => after >= 0 && after <= 60));
          return allotments[0]?.count ?? 0;
        }).reduce((sum, count) => sum + count, 0);
        const expected = (60 * rate) / (rules === 1 ? 1 : 2);
        assert.ok(Math.abs(plain - expected) <= 1, `${plain} of ${60 * rate}`);
      }),
    );
  });

  it("reach every rule sooner or later, at the lowest rate too", () => {
    const counts = [0, 0, 0, 0];
    for (let round = 0; round < 12; round += 1)
      allot(1, 4, round).forEach(({ count }, rule) => (counts[rule] = (counts[rule] ?? 0) + count));
    assert.deepEqual(counts, [6, 2, 2, 2]);
  });
});

describe("the window", () => {
  const rounds = Array.from({ length: 20 }, (_, second) => ({ ended: second * 1000, tallies: [] }));

  it("holds a round for each of its seconds", () => {
    const held = slide(rounds, 10, 19_000);
    assert.deepEqual([held.length, held[0]?.ended], [10, 10_000]);
  });

  it("empties where no more rounds end", () => assert.deepEqual(slide(rounds, 10, 40_000), []));
});

describe("a bar", () => {
  it("never looks like none or all where it is neither", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.0001, max: 0.9999, noNaN: true }),
        fc.integer({ min: 4, max: 60 }),
        (share, width) => {
          const bar = barOf(share, 0, width);
          assert.equal(Array.from(bar).length, width);
          assert.ok(bar.includes("█") && bar.includes("░"), bar);
        },
      ),
    );
  });

  it("marks where the planned share ends", () => assert.equal(barOf(0.2, 0.5, 10), "██░░┃░░░░░"));
  it("is empty for none and full for all", () => {
    assert.equal(barOf(0, 0, 4), "░░░░");
    assert.equal(barOf(1, 0, 4), "████");
  });
});

describe("latencyOf", () => {
  it("is by nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.deepEqual(latencyOf(hundred), { p50: 50, p99: 99 });
    assert.deepEqual(latencyOf([7]), { p50: 7, p99: 7 });
    assert.equal(latencyOf([]), undefined);
    assert.throws(() => percentile([], 50), RangeError);
  });
});

describe("what is told besides", () => {
  const live = planWith({ weight: 10 });

  it("is nothing where the file has the plan of the cluster", () =>
    assert.deepEqual(notesOf({ stack: "dev", live, file: planWith({ weight: 10 }) }), []));

  it("is that the file says otherwise, or can't be used", () => {
    assert.deepEqual(notesOf({ stack: "dev", live, file: planWith({ weight: 30 }), fileTrouble: "bad\nfile" }), [
      "the stack file differs (70% v1, 30% v2): sluice preview --stack dev",
      "the stack file can't be used: bad file",
    ]);
  });
});
