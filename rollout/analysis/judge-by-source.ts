import type { RolloutConfig } from "../../config/rollout";
import { isCounted, isProbed, type MetricConfig } from "../../config/rollout-metrics";
import type { CheckResult } from "../check";
import type { Subject } from "../subject";
import type { Comparison } from "./comparison";
import type { CountedMetrics } from "./counted-metrics";
import { judgeBuiltIn, judgeNumber, resultOf } from "./judge-metric";
import { fillPlaceholders } from "./placeholders";
import type { ProbeAnswers } from "./probe-readings";
import { probeReadings } from "./probe-readings";
import { singleNumber, type Series } from "./prometheus";
import { prometheusReadings } from "./prometheus-readings";
import { jobManifest } from "../jobs/manifest";
import { demandJobs, type Jobs } from "../jobs/jobs";
import { askWeb, type Environment } from "./web";
import { webQuestion } from "./web-question";
import { fullWindow, windowSince } from "./window";

/** What metrics are judged by in all rounds. */
export interface Sources {
  readonly rollout: Pick<RolloutConfig, "prometheus" | "interval">;
  /** Asks Prometheus. */
  readonly ask: (promql: string, signal: AbortSignal) => Promise<Series[]>;
  /** The environment that holds the secrets of web APIs, read for each question: they may be renewed meanwhile. */
  readonly environment: Environment;
  /** Runs Jobs; needed if a metric is one. */
  readonly jobs: Jobs | undefined;
  readonly counted: CountedMetrics;
  /** Those of the metrics that are not counted, by the metrics' places. */
  readonly comparisons: readonly (Comparison | undefined)[];
}

/** What metrics are judged by in one round. */
export interface Round {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Why the counters could not be looked at. */
  readonly failure: Error | undefined;
  /** What Sluice's own requests came to; nothing where none were sent. */
  readonly answers: Promise<ProbeAnswers> | undefined;
}

/**
 * Judges one metric in one round, by what it is measured by.
 *
 * @param index its place in the stack's list.
 * @throws UserError where it can't be evaluated; the signal's reason where that is aborted.
 */
export async function judgeMetric(
  metric: MetricConfig,
  index: number,
  subject: Subject,
  { rollout, ask, environment, jobs, counted, comparisons }: Sources,
  { at, failure, answers }: Round,
  signal: AbortSignal,
): Promise<CheckResult> {
  const full = fullWindow(metric.interval, rollout.interval);
  const comparison = comparisons[index];
  if (isCounted(metric)) {
    if (failure) throw failure;
    return counted.check(metric, subject, full);
  }
  if (isProbed(metric, rollout) && answers) {
    const readings = probeReadings(await answers, "in this round");
    const comparing = comparison && (() => comparison.observe(readings, "round", subject, at));
    return judgeBuiltIn(metric, subject, readings, comparing);
  }
  if (metric.job) {
    const manifest = jobManifest(metric.job, index, subject, at);
    return resultOf(metric.name, {}, [await demandJobs(jobs).run(manifest, metric.name, signal)]);
  }
  const seconds = windowSince(full, subject.since, at);
  if (seconds === undefined) return tooEarly(metric);
  if (metric.web) {
    const question = webQuestion(metric.web, index, subject, { seconds, at });
    return judgeNumber(metric, await askWeb(question, environment, signal), seconds);
  }
  const asked = (promql: string) => ask(promql, signal);
  if (metric.query !== undefined) {
    const promql = fillPlaceholders(metric.query, index, subject, seconds);
    return judgeNumber(metric, singleNumber(await asked(promql)), seconds);
  }
  const sinceStep = prometheusReadings(subject, windowSince(Infinity, subject.since, at) ?? seconds, asked);
  const comparing = comparison && (() => comparison.observe(sinceStep, "step", subject, at));
  return judgeBuiltIn(metric, subject, prometheusReadings(subject, seconds, asked), comparing);
}

function tooEarly({ name }: MetricConfig): CheckResult {
  return {
    name,
    kind: "metric",
    verdict: "no data",
    message: "the step began less than a second ago: cannot tell yet",
  };
}
