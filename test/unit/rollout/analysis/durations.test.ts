import assert from "node:assert/strict";
import fc from "fast-check";
import { durationsOfBuckets, durationsOfTimes, type Bucket } from "../../../../rollout/analysis/durations";

const bounds = [0.1, 0.3, 1.2, 5, Infinity];

/** Traefik's buckets with so many requests in each. */
function buckets(...inEach: readonly number[]): Bucket[] {
  let count = 0;
  return bounds.map((upTo, index) => ({ upTo, count: (count += inEach[index] ?? 0) }));
}

describe("durationsOfBuckets", () => {
  it("draws a straight line within the bucket of the 99th percentile", () => {
    const { requests, p99, bound } = durationsOfBuckets(buckets(50, 50));
    assert.deepEqual([requests, p99?.isMore, bound], [100, false, 300]);
    assert.ok(Math.abs((p99?.milliseconds ?? 0) - 296) < 1e-9);
    assert.equal(durationsOfBuckets(buckets(100)).p99?.milliseconds, 99);
  });

  it("knows of requests slower than the highest bound no more than that", () => {
    const { p99, bound } = durationsOfBuckets(buckets(50, 0, 0, 0, 50));
    assert.deepEqual([p99, bound], [{ milliseconds: 5000, isMore: true }, 5000]);
  });

  it("has no percentile without requests", () => {
    for (const none of [[], buckets()]) {
      const durations = durationsOfBuckets(none);
      assert.deepEqual([durations.requests, durations.p99, durations.bound], [0, undefined, undefined]);
    }
  });

  it("counts exactly above a bound", () => {
    const { slowerThan } = durationsOfBuckets(buckets(10, 20, 30, 40, 50));
    assert.deepEqual([100, 300, 1200, 5000].map(slowerThan), [140, 120, 90, 50]);
  });

  it("takes buckets in any order, and sums that fall a little", () => {
    const [first, second, ...rest] = buckets(50, 50);
    assert.ok(first && second);
    const { requests, bound } = durationsOfBuckets([...rest, { ...second, count: 99.7 }, first]);
    assert.deepEqual([requests, bound], [100, 300]);
  });

  it("has a percentile in the bucket of at least 99 of 100 requests, with at most 1 of 100 above the bound", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }), (inEach) => {
        fc.pre(inEach.some((count) => count > 0));
        const { requests, p99, bound = 0, slowerThan } = durationsOfBuckets(buckets(...inEach));
        assert.ok(slowerThan(bound) <= requests / 100);
        assert.ok(p99 && p99.milliseconds <= bound + 1e-9);
      }),
    );
  });
});

describe("durationsOfTimes", () => {
  it("has the 99th percentile for its bound", () => {
    const times = Array.from({ length: 200 }, (_, index) => 200 - index);
    const { requests, p99, bound, slowerThan } = durationsOfTimes(times);
    assert.deepEqual([requests, p99, bound], [200, { milliseconds: 198, isMore: false }, 198]);
    assert.deepEqual([198, 10, 200].map(slowerThan), [2, 190, 0]);
  });

  it("has none without times", () => {
    assert.equal(durationsOfTimes([]).bound, undefined);
  });
});
