import assert from "node:assert/strict";
import { countedReadings } from "../../../../rollout/analysis/counted-readings";
import type { Count } from "../../../../rollout/counters/tally";

/** Requests that took at most so many seconds, by the seconds. */
const counted = (durations: readonly (readonly [upTo: number, count: number])[]): Count => ({
  requests: 0,
  failed: 0,
  durations: new Map(durations),
});

describe("what is slow by a controller's counts", () => {
  const boundOf = async (...durations: (readonly [number, number])[]) =>
    (await countedReadings("", () => counted([]), counted(durations)).usual?.())?.bound;

  it("is what takes twice as long as stable's 99th percentile, by the next bound of the buckets", async () => {
    const bounds = [0.1, 0.15, 0.25, 1, Infinity];
    assert.equal(await boundOf(...bounds.map((upTo) => [upTo, upTo < 0.15 ? 900 : 1000] as const)), 1000);
    assert.equal(await boundOf(...bounds.map((upTo) => [upTo, 1000] as const)), 250);
  });

  it("is never less than 50 ms", async () => {
    assert.equal(await boundOf([0.005, 1000], [0.01, 1000], [0.05, 1000], [Infinity, 1000]), 50);
  });

  it("is what no bucket has the bound of, where stable itself is slower than that", async () => {
    assert.equal(await boundOf([0.1, 0], [1, 0], [Infinity, 1000]), 1000);
  });

  it("isn't known by less than 100 requests", async () => {
    assert.equal(await boundOf([0.1, 99], [Infinity, 99]), undefined);
    assert.equal(await boundOf(), undefined);
  });
});
