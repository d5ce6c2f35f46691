import type { CheckResult, CheckVerdict } from "../../../rollout/check";
import { chartsOf } from "../../../rollout/charts";
import { draw } from "../../../rollout/dashboard/drawing";
import type { TimelineView } from "../../../rollout/timeline";
import type { DashboardData, RolloutView, RoundView } from "../../../rollout/dashboard";

const minute = 60_000;

function successRate(value: number): CheckResult {
  const verdict = value >= 99 ? "passed" : "failed";
  const message = `request-success-rate is ${value}%: it must be at least 99%`;
  return { name: "request-success-rate", kind: "metric", verdict, value, unit: "%", allowed: "at least 99%", message };
}

function latency(value: number): CheckResult {
  const verdict = value <= 500 ? "passed" : "failed";
  const message = `request-duration is ${value} ms: it must be at most 500 ms`;
  return { name: "request-duration", kind: "metric", verdict, value, unit: "ms", allowed: "at most 500 ms", message };
}

const acceptance: CheckResult = {
  name: "acceptance-test",
  kind: "webhook",
  verdict: "passed",
  message: "webhook acceptance-test passed: it answered 200",
};

const splitCheck: CheckResult = {
  name: "split",
  kind: "split",
  verdict: "passed",
  value: 29.5,
  unit: "%",
  allowed: "25.6% to 34.6%",
  message: "v2 answered 118 of 400 requests, as a share of 30% makes likely",
};

/** A rollout of five minutes to 30%, with a fault for one of them. */
function timelineUntil(now: number): TimelineView[] {
  return Array.from({ length: 31 }, (_, index) => {
    const faults = Math.max(0, Math.min(6, index - 11));
    const canary = { requests: 200 * index, errors: Math.floor(index / 2) + 12 * faults };
    const compared = {
      since: 0,
      canary,
      stable: { requests: 300 * index, errors: Math.floor(1.5 * index) },
      evidence: 0.009 * Math.exp(0.7 * faults - index / 12),
    };
    return {
      at: new Date(now - (30 - index) * 10_000).toISOString(),
      step: index < 6 ? 1 : index < 18 ? 2 : 3,
      weight: index < 6 ? 10 : index < 18 ? 20 : 30,
      metrics: [
        { name: "request-success-rate", value: 99.8, unit: "%", compared },
        { name: "request-duration", value: 212 + 20 * Math.sin(index / 3), unit: "ms" },
      ],
    };
  });
}

/** Rollouts as a stack may have had them: one under way, one that was rolled back, and one that was promoted. */
export function exampleData(now: number): DashboardData {
  const at = (minutes: number) => new Date(now + minutes * minute).toISOString();
  const round = (minutes: number, step: number, weight: number, rate: number, duration: number): RoundView => {
    const checks = [successRate(rate), latency(duration), acceptance];
    const verdict: CheckVerdict = checks.some((check) => check.verdict === "failed") ? "failed" : "passed";
    return { at: at(minutes), step, weight, verdict, checks };
  };
  const rollout: RolloutView = {
    id: 12,
    from: "v1",
    to: "v2",
    phase: "Progressing",
    startedAt: at(-5),
    step: 3,
    steps: 5,
    weight: 30,
    nextAt: at(0.7),
    failedChecks: 1,
    threshold: 3,
    rounds: [
      round(-4, 1, 10, 99.91, 212),
      round(-3, 2, 20, 98.4, 231),
      round(-2, 2, 20, 99.86, 219),
      {
        at: at(-1),
        step: 3,
        weight: 30,
        verdict: "passed",
        checks: [successRate(99.82), latency(224), splitCheck, acceptance],
      },
    ],
    timeline: [],
    actions: ["pause", "abort", "promote"],
  };
  const rolledBack: RolloutView = {
    ...rollout,
    id: 11,
    to: "v2-rc1",
    phase: "Failed",
    outcome: "rolled back: 3 rounds of checks failed, the last by request-success-rate",
    startedAt: at(-26 * 60),
    endedAt: at(-26 * 60 + 4),
    step: 2,
    failedChecks: 3,
    rounds: [1, 2, 3].map((index) => round(-26 * 60 + index, 2, 20, 96.1 - index, 480 + 30 * index)),
    actions: [],
  };
  const promoted: RolloutView = {
    ...rollout,
    id: 10,
    from: "v0",
    to: "v1",
    phase: "Succeeded",
    outcome: "promoted: all 5 steps passed",
    startedAt: at(-9 * 24 * 60),
    endedAt: at(-9 * 24 * 60 + 6),
    step: 5,
    weight: 100,
    failedChecks: 0,
    rounds: [1, 2, 3, 4, 5].map((step) => round(-9 * 24 * 60 + step, step, step * 10, 99.9, 200 + step)),
    actions: [],
  };
  const share = (version: string, planned: number, count: number, total: number) => ({
    version,
    planned,
    measured: count / total,
    count,
  });
  return {
    charts: chartsOf({ ...rollout, timeline: timelineUntil(now) }).map(draw),
    stack: "prod",
    plan: [
      "www.test.com/: 70% v1, 30% v2",
      "requests whose header Region matches shenzhen go to v2",
      "requests with the cookie user_from_shenzhen=always go to v2",
    ],
    split: [
      { rule: "all other requests", versions: [share("v1", 0.7, 282, 400), share("v2", 0.3, 118, 400)], failures: 0 },
      { rule: "header Region ~ shenzhen", versions: [share("v1", 0, 0, 40), share("v2", 1, 40, 40)], failures: 0 },
    ],
    rollout,
    history: [rolledBack, promoted],
  };
}
