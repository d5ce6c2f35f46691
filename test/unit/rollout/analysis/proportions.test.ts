import assert from "node:assert/strict";
import cdf from "@stdlib/stats-base-dists-binomial-cdf";
import fc from "fast-check";
import { compareProportions, type ComparisonLimits, type Tally } from "../../../../rollout/analysis/proportions";

const limits: ComparisonLimits = { maxRatio: 1.5, confidence: 0.95 };
const compare = (canary: Tally, stable: Tally, changes: Partial<ComparisonLimits> = {}) =>
  compareProportions(canary, stable, { ...limits, ...changes });
const of = (hits: number, requests: number): Tally => ({ requests, hits });

const tally = (most: number) =>
  fc
    .integer({ min: 0, max: most })
    .chain((requests) => fc.integer({ min: 0, max: requests }).map((hits) => of(hits, requests)));
const anyLimits = fc.record({
  maxRatio: fc.double({ min: 1, max: 10, noNaN: true }),
  confidence: fc.double({ min: 0.51, max: 0.999, noNaN: true }),
});

/** The probability of exactly so many hits. */
function chance(hits: number, requests: number, probability: number): number {
  return cdf(hits, requests, probability) - (hits === 0 ? 0 : cdf(hits - 1, requests, probability));
}

/** The exact probability of a verdict, over all outcomes that two versions with these true rates may have. */
function probabilityOf(
  verdict: string,
  [canaryRequests, canaryRate]: readonly [number, number],
  [stableRequests, stableRate]: readonly [number, number],
): number {
  let sum = 0;
  for (let a = 0; a <= canaryRequests; a += 1)
    for (let b = 0; b <= stableRequests; b += 1)
      if (compare(of(a, canaryRequests), of(b, stableRequests)) === verdict)
        sum += chance(a, canaryRequests, canaryRate) * chance(b, stableRequests, stableRate);
  return sum;
}

describe("compareProportions", () => {
  it("fails a canary with far more errors than stable", () => {
    assert.equal(compare(of(20, 200), of(3, 1800)), "failed");
    assert.equal(compare(of(110, 1000), of(50, 1000)), "failed");
  });

  it("passes a canary without errors after many requests, even where stable has none, or no requests at all", () => {
    assert.equal(compare(of(0, 298), of(0, 10_000)), "no data");
    assert.equal(compare(of(0, 299), of(0, 10_000)), "passed");
    assert.equal(compare(of(0, 299), of(0, 0)), "passed");
    assert.equal(compare(of(0, 458), of(0, 10), { confidence: 0.99 }), "no data");
    assert.equal(compare(of(0, 459), of(0, 10), { confidence: 0.99 }), "passed");
  });

  it("passes a canary with as many errors as stable, once there are enough requests", () => {
    assert.equal(compare(of(1, 20), of(50, 1000)), "no data");
    assert.equal(compare(of(50, 1000), of(50, 1000)), "passed");
  });

  it("fails at the hit that decides by the binomial distribution, worked out by hand", () => {
    // 10 hits in all, as many requests on both, ratio 1: 9 or more on the canary have a chance of 11/1024, 8 or more of 56/1024.
    assert.equal(compare(of(8, 100), of(2, 100), { maxRatio: 1 }), "no data");
    assert.equal(compare(of(9, 100), of(1, 100), { maxRatio: 1 }), "failed");
    assert.equal(compare(of(8, 100), of(2, 100), { maxRatio: 1, confidence: 0.945 }), "failed");
  });

  it("has nothing to say without requests on the canary", () => {
    fc.assert(
      fc.property(tally(1000), anyLimits, (stable, some) => {
        assert.equal(compare(of(0, 0), stable, some), "no data");
      }),
    );
  });

  it("never fails a canary for want of requests on stable", () => {
    fc.assert(
      fc.property(tally(1000), anyLimits, (canary, some) => {
        assert.notEqual(compare(canary, of(0, 0), some), "failed");
      }),
    );
  });

  it("never judges more errors more mildly", () => {
    const order = ["failed", "no data", "passed"];
    fc.assert(
      fc.property(tally(2000), tally(2000), anyLimits, (canary, stable, some) => {
        fc.pre(canary.hits < canary.requests);
        const more = { ...canary, hits: canary.hits + 1 };
        assert.ok(order.indexOf(compare(more, stable, some)) <= order.indexOf(compare(canary, stable, some)));
      }),
      { numRuns: 500 },
    );
  });

  it("never fails more readily where a greater ratio is allowed", () => {
    fc.assert(
      fc.property(tally(1000), tally(1000), fc.double({ min: 1, max: 5, noNaN: true }), (canary, stable, maxRatio) => {
        fc.pre(compare(canary, stable, { maxRatio: maxRatio + 0.5 }) === "failed");
        assert.equal(compare(canary, stable, { maxRatio }), "failed");
      }),
    );
  });

  for (const rate of [0.01, 0.05, 0.3])
    it(`wrongly fails a canary like stable (${100 * rate}% errors) in less than 5 of 100 rounds`, () => {
      assert.ok(probabilityOf("failed", [100, rate], [100, rate]) < 0.05);
      assert.ok(probabilityOf("failed", [20, rate], [180, rate]) < 0.05);
    });

  it("wrongly fails a canary at its limit in at most 5 of 100 rounds, and wrongly passes one well over it as seldom", () => {
    assert.ok(probabilityOf("failed", [120, 0.06], [120, 0.04]) <= 0.05);
    assert.ok(probabilityOf("passed", [120, 0.22], [120, 0.1]) <= 0.05);
  });

  it("never passes on 30 requests where stable mostly works, nor fails on hits that stable has as well", () => {
    const few = fc.integer({ min: 0, max: 30 });
    const healthy = fc
      .integer({ min: 20, max: 5000 })
      .chain((requests) => fc.integer({ min: 0, max: Math.floor(requests * 0.05) }).map((hits) => of(hits, requests)));
    fc.assert(
      fc.property(few, healthy, (requests, stable) => {
        assert.equal(compare(of(0, requests), stable), "no data");
      }),
    );
    assert.equal(compare(of(1, 5), of(1, 5)), "no data");
    assert.equal(compare(of(2, 20), of(0, 20)), "no data");
    // Overwhelming: 5 of 5 where stable had none of a thousand.
    assert.equal(compare(of(5, 5), of(0, 1000)), "failed");
  });

  it("takes as many requests as a busy controller has", () => {
    assert.equal(compare(of(1000, 1_000_000), of(9000, 9_000_000)), "passed");
    assert.equal(compare(of(2000, 1_000_000), of(9000, 9_000_000)), "failed");
  });
});
