import type { MetricConfig } from "../../config/rollout-metrics";
import type { RolloutConfig } from "../../config/rollout";
import { UserError } from "../../progress/user-error";
import type { CheckResult } from "../check";
import type { Analyst } from "../subject";
import { Comparison } from "./comparison";
import { judgeBuiltIn, judgeNumber } from "./judge-metric";
import { isProbed } from "./metric-source";
import { fillPlaceholders } from "./placeholders";
import { prepare } from "./prepare";
import { probe, type SendRequests } from "./probe";
import { probeReadings } from "./probe-readings";
import { askPrometheus, singleNumber, type Series } from "./prometheus";
import { prometheusReadings } from "./prometheus-readings";
import type { PrometheusTransport } from "./transport";
import { fullWindow, windowSince } from "./window";

/** What an analyst knows of a stack's rollout. */
export type AnalysisConfig = Pick<RolloutConfig, "metrics" | "prometheus" | "interval">;

/** What an analyst reaches the world by. */
export interface AnalystEdges {
  /** The way to Prometheus; needed where a metric is asked of it. */
  readonly prometheus?: PrometheusTransport;
  /** Sends requests; an error of it makes a check inconclusive. */
  readonly send: SendRequests;
  /** Milliseconds since 1970; the clock's by default. */
  readonly now?: () => number;
}

/** How many requests a probe sends where a metric does not say. */
const defaultRequests = 20;

/**
 * Judges canaries by a stack's metrics.
 *
 * All probed metrics are judged by the same requests of a round, as many as the one that wants most. Comparisons go on from
 * round to round over the whole rollout, and share one risk of a false rollback.
 */
export function createAnalyst(rollout: AnalysisConfig, edges: AnalystEdges): Analyst {
  const { metrics } = rollout;
  const { send, now = Date.now } = edges;
  const ask = (promql: string, signal: AbortSignal): Promise<Series[]> => {
    if (!edges.prometheus) throw new UserError("there is no way to Prometheus: rollout.prometheus must be set");
    return askPrometheus(edges.prometheus, promql, signal);
  };
  const probed = metrics.filter((metric) => isProbed(metric, rollout));
  const most = (some: readonly MetricConfig[]) =>
    Math.max(0, ...some.map(({ requests = defaultRequests }) => requests));
  const size = { canary: most(probed), stable: most(probed.filter(({ compare }) => compare)) };

  const compared = metrics.filter(({ compare }) => compare).length;
  const comparisons = metrics.map(({ name, compare }) => compare && new Comparison({ name, compare }, compared));

  return {
    prepare: (subject, signal) => prepare(rollout, subject, edges.prometheus, signal),
    async check(subject, signal) {
      const at = now();
      // Sent once, and only where a metric is judged by it.
      const round = probed.length > 0 ? probe(subject, size, send, signal) : undefined;
      const judgements = metrics.map(async (metric, index) => {
        const comparison = comparisons[index];
        if (isProbed(metric, rollout) && round) {
          const readings = probeReadings(await round, "in this round");
          const comparing = comparison && (() => comparison.observe(readings, "round", subject, at));
          return judgeBuiltIn(metric, subject, readings, comparing);
        }
        const seconds = windowSince(fullWindow(metric.interval, rollout.interval), subject.since, at);
        if (seconds === undefined) return tooEarly(metric);
        const asked = (promql: string) => ask(promql, signal);
        if (metric.query !== undefined) {
          const promql = fillPlaceholders(metric.query, index, subject, seconds);
          return judgeNumber(metric, singleNumber(await asked(promql)), seconds);
        }
        const sinceStep = prometheusReadings(subject, windowSince(Infinity, subject.since, at) ?? seconds, asked);
        const comparing = comparison && (() => comparison.observe(sinceStep, "step", subject, at));
        return judgeBuiltIn(metric, subject, prometheusReadings(subject, seconds, asked), comparing);
      });
      const results = await Promise.allSettled(judgements);
      signal.throwIfAborted();
      return results.map((result, index) =>
        result.status === "fulfilled" ? result.value : notEvaluated(metrics[index]?.name ?? "", result.reason),
      );
    },
  };
}

function tooEarly({ name }: MetricConfig): CheckResult {
  return {
    name,
    kind: "metric",
    verdict: "no data",
    message: "the step began less than a second ago: cannot tell yet",
  };
}

function notEvaluated(name: string, error: unknown): CheckResult {
  const message = error instanceof Error ? error.message : String(error);
  return { name, kind: "metric", verdict: "inconclusive", message: `${name} can't be evaluated: ${message}` };
}
