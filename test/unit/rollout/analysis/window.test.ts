import assert from "node:assert/strict";
import fc from "fast-check";
import { fullWindow, windowSince } from "../../../../rollout/analysis/window";

describe("fullWindow", () => {
  it("is the metric's interval, or else the rollout's, but then at least 10s", () => {
    assert.equal(fullWindow(30_000, 5_000), 30);
    assert.equal(fullWindow(2_000, 60_000), 2);
    assert.equal(fullWindow(undefined, 60_000), 60);
    assert.equal(fullWindow(undefined, 1_000), 10);
    assert.equal(fullWindow(1_500, 1_000), 1);
  });
});

describe("windowSince", () => {
  it("has nothing to look at in the step's first second", () => {
    assert.equal(windowSince(10, 5_000, 5_999), undefined);
    assert.equal(windowSince(10, 5_000, 6_000), 1);
  });

  it("never looks back before the step, nor further than the full window", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 86_400 }),
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 0, max: 1e9 }),
        (full, since, passed) => {
          const seconds = windowSince(full, since, since + passed) ?? 0;
          assert.ok(Number.isInteger(seconds) && seconds * 1000 <= passed && seconds <= full);
        },
      ),
    );
  });
});
