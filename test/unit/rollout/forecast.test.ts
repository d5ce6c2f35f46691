import assert from "node:assert/strict";
import { rollout } from "../../../config/rollout";
import type { Forecast } from "../../../judge";
import { presentTraffic } from "../../../rollout/analysis/present-traffic";
import { forecastLines, forecastRequest } from "../../../rollout/forecast";
import type { Series } from "../../../rollout/analysis/prometheus";
import type { Ask } from "../../../rollout/analysis/prometheus-readings";
import type { RolloutStep } from "../../../rollout/spec";
import { subjectWith } from "./analysis/subjects";

const present = { rate: 20, errorRate: 0.001 };
const step = (weight: number, more: Partial<RolloutStep> = {}): RolloutStep => ({
  weight,
  rules: {},
  checks: 1,
  ...more,
});
const settings = (metrics: unknown[]) => rollout.parse({ stepWeight: 20, metrics });

describe("a rollout's forecast", () => {
  it("has the steps that send users to the canary, each as long as its checks and its pause", () => {
    const steps = [
      step(0),
      step(20),
      step(50, { checks: 3 }),
      step(100, { pause: 60_000 }),
      step(100, { pause: "approval" }),
    ];
    const request = forecastRequest({ steps, interval: 10_000 }, settings([]), present);
    assert.deepEqual(request.steps, [
      { weight: 20, seconds: 10 },
      { weight: 50, seconds: 30 },
      { weight: 100, seconds: 60 },
      { weight: 100, seconds: 10 },
    ]);
    assert.deepEqual([request.interval, request.rate, request.errorRate], [10, 20, 0.001]);
  });

  it("judges as the stack does: by its ratio, with a risk that its comparisons share", () => {
    const compare = { maxRatio: 2, confidence: 0.9 };
    const metrics = ["request-success-rate", "request-duration"].map((name) => ({ name, compare }));
    const { judge } = forecastRequest({ steps: [step(20)], interval: 10_000 }, settings(metrics), present);
    assert.deepEqual([judge?.allow, judge?.tolerate, judge?.falseRollback?.toFixed(6)], [2, 2, "0.050000"]);
  });

  it("is refused where rules alone choose the canary's users", () => {
    const layout = { steps: [step(0, { rules: { cookie: "trial" } })], interval: 10_000 };
    assert.throws(() => forecastRequest(layout, settings([]), present), {
      name: "UserError",
      message: /^no step of this rollout has a weight: /,
    });
  });

  it("is told in a line each", () => {
    const fault = { detected: 1, failed: { median: 7, p90: 12 }, failedAfter: 2 };
    const forecast: Forecast = {
      good: { median: 3600, p90: Infinity },
      faults: [
        { ...fault, fault: 0.01, detected: 0, seconds: { median: Infinity, p90: Infinity } },
        { ...fault, fault: 0.05, detected: 0.97, seconds: { median: 50, p90: 150 } },
        { ...fault, fault: 1, seconds: { median: 2.4, p90: 9000 } },
      ],
      advice: "this is too little",
    };
    assert.deepEqual(forecastLines(present, forecast), [
      "At 20 requests/s, of which 0.1% fail today, with errors compared by the judge:",
      "  a good canary is promoted after 60 min (9 of 10: more than a day)",
      "  a canary that fails 1% of its requests is not found",
      "  a canary that fails 5% of its requests is found after 50 s (9 of 10: 3 min), in 97 of 100 rollouts: 7 failed requests until then, 2 more until the last user is back",
      "  a canary that fails 100% of its requests is found after 2 s (9 of 10: 2.5 h): 7 failed requests until then, 2 more until the last user is back",
      "  this is too little",
    ]);
    assert.equal(
      forecastLines(present, forecast, 600_000)[1],
      "  a good canary is promoted after 60 min (9 of 10: more than a day), and judged for 10m more",
    );
  });
});

describe("presentTraffic", () => {
  const asked = (good: number, bad: number) => {
    const seen: string[] = [];
    const ask: Ask = (promql) => {
      seen.push(promql);
      const series: Series[] = [
        { labels: {}, value: good },
        { labels: { outcome: "failed" }, value: bad },
      ];
      return Promise.resolve(series);
    };
    return { seen, ask };
  };

  it("is stable's rate of requests, and the part of them that fails", async () => {
    const { seen, ask } = asked(2970, 30);
    assert.deepEqual(await presentTraffic(subjectWith(), ask), { rate: 10, errorRate: 0.01 });
    assert.ok(seen.length === 1 && seen[0]?.includes('canary=""') && seen[0].includes("[300s]"));
  });

  it("can't be told where there are no requests, or nobody counts them", async () => {
    await assert.rejects(presentTraffic(subjectWith(), asked(0, 0).ask), {
      name: "UserError",
      message: /^no requests reached nginx in the last 5 minutes: pass --rate/,
    });
    await assert.rejects(presentTraffic(subjectWith({ controller: undefined }), asked(1, 0).ask), {
      message: /no ingress controller counts the requests of nginx/,
    });
  });
});
