import assert from "node:assert/strict";
import fc from "fast-check";
import { mostEvents } from "../../../judge/baseline";
import { byBound, byBoundPerError, byError, byInterval, discounted, oddsOf } from "../../../judge/bets";

const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const ratio = fc.double({ min: 0.02, max: 60, noNaN: true });
const allow = fc.double({ min: 1, max: 5, noNaN: true });
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });

/** The expectation over all ways to share bursts out, each the canary's with the same probability. */
function expectation(bursts: readonly number[], chance: number, factor: (canary: number, stable: number) => number) {
  let sum = 0;
  for (let way = 0; way < 2 ** bursts.length; way += 1) {
    const isCanary = (index: number) => ((way >> index) & 1) === 1;
    const canary = bursts.reduce((all, size, index) => all + (isCanary(index) ? size : 0), 0);
    const all = bursts.reduce((one, size) => one + size, 0);
    const probability = bursts.reduce((one, _, index) => one * (isCanary(index) ? chance : 1 - chance), 1);
    sum += probability * factor(canary, all - canary);
  }
  return sum;
}

/** The expectation over geometrically distributed sizes of a burst. */
function overSizes(mean: number, value: (size: number) => number): number {
  let sum = 0;
  for (let size = 1; size < 3000; size += 1) sum += (1 / mean) * (1 - 1 / mean) ** (size - 1) * value(size);
  return sum;
}

const isOne = (value: number) => assert.ok(Math.abs(value - 1) < 1e-6, `${value} is not 1`);

describe("a bet", () => {
  it("on intervals expects no gain beside an equal stable, whatever bursts there are", () => {
    fc.assert(
      fc.property(share, ratio, sizes, (part, claimed, bursts) => {
        const odds = oddsOf(part, 1, claimed);
        isOne(expectation(bursts, part, (canary, stable) => byInterval(odds, canary, stable)));
      }),
    );
  });

  it("on intervals expects a loss where the canary is better than allowed, and a gain where it is worse", () => {
    fc.assert(
      fc.property(share, allow, sizes, (part, allowed, bursts) => {
        const odds = oddsOf(part, allowed, allowed * 3);
        const expected = (true_: number) =>
          expectation(bursts, (true_ * part) / (true_ * part + 1 - part), (canary, stable) =>
            byInterval(odds, canary, stable),
          );
        assert.ok(expected(allowed * 0.9) < 1 && expected(allowed * 1.1) > 1);
      }),
    );
  });

  it("on errors expects no gain from bursts as large as assumed, and one from larger ones: the discount is needed", () => {
    fc.assert(
      fc.property(share, ratio, fc.double({ min: 1, max: 6, noNaN: true }), (part, claimed, mean) => {
        const odds = oddsOf(part, 1, claimed);
        const expected = (burst: number) =>
          overSizes(mean, (size) =>
            expectation([size], part, (canary, stable) => byError(odds, canary, stable, burst)),
          );
        isOne(expected(mean));
        if (mean > 1.2 && Math.abs(claimed - 1) > 0.5) assert.ok(expected(1) > 1.0001);
      }),
      { numRuns: 30 },
    );
  });

  it("against a bound expects no gain at the bound", () => {
    const rates = fc.double({ min: 0.001, max: 3, noNaN: true });
    fc.assert(
      fc.property(rates, fc.double({ min: 1.1, max: 200, noNaN: true }), (mean, claimed) => {
        const quiet = Math.exp(-mean);
        isOne(quiet * byBound(mean, 0, claimed) + (1 - quiet) * byBound(mean, 1, claimed));
      }),
    );
    for (const burst of [1, 3])
      for (const claimed of [2, 10]) {
        // By the generating function of a Poisson-distributed number of bursts.
        const perBurst = overSizes(burst, (size) => byBoundPerError(0, size, claimed, burst));
        isOne(Math.exp((0.4 / burst) * (perBurst - 1)) * byBoundPerError(0.4, 0, claimed, burst));
      }
  });

  it("discounts nothing where errors come one by one", () => {
    assert.equal(discounted(3, 1), 3);
    assert.ok(discounted(3, 5) < 1.4);
  });
});

describe("mostEvents", () => {
  it("is what a Poisson distribution hardly stays below", () => {
    const atMost = (events: number, mean: number) => {
      let [term, sum] = [Math.exp(-mean), 0];
      for (let count = 0; count <= events; count += 1, term *= mean / count) sum += term;
      return sum;
    };
    for (const events of [0, 1, 5, 40])
      for (const risk of [0.1, 0.001]) {
        const most = mostEvents(events, risk);
        assert.ok(atMost(events, most) <= risk * 1.0001, `${events} events`);
        assert.ok(atMost(events, most * 0.75) > risk, `${events} events: too careful`);
      }
  });
});
