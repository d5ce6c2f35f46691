import assert from "node:assert/strict";
import { detections } from "../../../bench/judging/simulations";
import { forecast, type ForecastRequest } from "../../../judge";

const request: ForecastRequest = {
  rate: 100,
  errorRate: 0.001,
  steps: [10, 50, 100].map((weight) => ({ weight, seconds: 60 })),
  interval: 1,
  reaction: 2,
};

describe("a forecast", () => {
  it("is the same for the same request", () => {
    assert.deepEqual(forecast(request), forecast(request));
  });

  it("finds larger faults sooner, and says how many requests they cost", () => {
    const { faults, good, advice } = forecast(request);
    assert.deepEqual(
      faults.map(({ fault }) => fault),
      [0.01, 0.05, 0.2, 1],
    );
    for (const [index, { seconds, detected }] of faults.entries()) {
      assert.ok(detected > 0.95);
      assert.ok(seconds.median <= seconds.p90 && seconds.p90 <= (faults[index - 1]?.seconds.p90 ?? Infinity));
    }
    // In 2 s at 10% of 100 requests a second, of which all fail.
    assert.equal(faults[3]?.failedAfter, 20);
    assert.ok(good.median >= 180 && good.p90 < 1000);
    assert.equal(advice, undefined);
  });

  it("foretells what rollouts simulated second by second do, within a fifth", () => {
    const times = detections({ rate: 100, weight: 10, canary: 0.051, stable: 0.001, burst: 1 }, 1000, undefined);
    const median = times[500] ?? NaN;
    const foretold = forecast(request).faults[1]?.seconds.median ?? NaN;
    assert.ok(Math.abs(foretold / median - 1) < 0.2, `${foretold} s, simulated ${median} s`);
  });

  it("says where traffic is too little, and what helps", () => {
    const { good, faults, advice } = forecast({ ...request, rate: 0.1 });
    assert.ok(good.median > 24 * 180);
    assert.ok((faults[1]?.seconds.median ?? 0) > 180);
    assert.match(advice ?? "", /^this is too little traffic to find a fault of 5% .* \(source: probe\)$/);
  });

  it("takes a judge's options", () => {
    const { good } = forecast({ ...request, judge: { margin: 0.05 } });
    assert.ok(good.median < forecast(request).good.median);
  });
});
