import { isCounted, isProbed, type MetricConfig } from "../../config/rollout-metrics";
import type { RolloutConfig } from "../../config/rollout";
import { UserError } from "../../progress/user-error";
import type { CheckResult } from "../check";
import type { Jobs } from "../jobs/jobs";
import type { Analyst } from "../subject";
import { Comparison } from "./comparison";
import { CountedMetrics, type ReadController, type Watched } from "./counted-metrics";
import { judgeMetric, type Round, type Sources } from "./judge-by-source";
import { prepare } from "./prepare";
import { demandAskable } from "./demand-askable";
import { probe, type SendRequests } from "./probe";
import { probeRequest } from "./probe-request";
import { askPrometheus, type Series } from "./prometheus";
import { prometheusReadings } from "./prometheus-readings";
import type { PrometheusTransport } from "./transport";
import type { Environment } from "./web";

/** What an analyst knows of a stack's rollout. */
export type AnalysisConfig = Pick<RolloutConfig, "metrics" | "standIns" | "probe" | "prometheus" | "interval">;

/** What an analyst reaches the world by. */
export interface AnalystEdges {
  /** The way to Prometheus; needed where a metric is asked of it. */
  readonly prometheus?: PrometheusTransport;
  /** The way to the controller's own counters; needed where a metric is read from them. */
  readonly controller?: ReadController;
  /** Sends requests; an error of it makes a check inconclusive. */
  readonly send: SendRequests;
  /** Tells people what the canary is not judged by. */
  readonly tell?: (line: string) => void;
  /** Runs Jobs; needed if a metric is one. */
  readonly jobs?: Jobs;
  /** The environment that holds the secrets of web APIs. */
  readonly environment?: Environment;
  /** Milliseconds since 1970; the clock's by default. */
  readonly now?: () => number;
}

/** How many requests a probe sends where a metric does not say. */
const defaultRequests = 20;

/** Milliseconds for stable's history, which a comparison can do without. */
const historyMilliseconds = 2000;

/**
 * Judges canaries by a stack's metrics.
 *
 * All probed metrics are judged by the same requests of a round, as many as the one that wants most. Comparisons go on from
 * round to round over the whole rollout, and share one risk of a false rollback; those by the controller's own counters see
 * each look between two rounds, too.
 */
export function createAnalyst(rollout: AnalysisConfig, edges: AnalystEdges): Analyst {
  const { metrics, standIns } = rollout;
  const { send, jobs, environment = {}, now = Date.now } = edges;
  const ask = (promql: string, signal: AbortSignal, milliseconds?: number): Promise<Series[]> => {
    if (!edges.prometheus)
      throw new UserError("there is no way to Prometheus: rollout.prometheus must be set", "SLUICE1601");
    return askPrometheus(edges.prometheus, promql, signal, milliseconds);
  };
  const stableBefore = (subject: Watched, signal: AbortSignal) =>
    prometheusReadings(subject, 1, (promql) => ask(promql, signal, historyMilliseconds)).history?.();

  const among = metrics.filter(({ compare }) => compare).length;
  const counted = new CountedMetrics(metrics.filter(isCounted), among, {
    read: edges.controller,
    now,
    ...(edges.prometheus && { history: stableBefore }),
  });
  const comparisons = metrics.map((metric) => {
    const { name, compare } = metric;
    return compare && !isCounted(metric) ? new Comparison({ name, compare }, among) : undefined;
  });
  const sources: Sources = { rollout, ask, environment, jobs, counted, comparisons };
  const told = new Set<string>();

  const tellOnce = (reason: string, canary: string): void => {
    const whose = rollout.prometheus ? "the requests that Prometheus counts" : "Sluice's own requests";
    const line = `${reason}: ${canary} is judged by ${whose} instead, of which at least 99% must succeed`;
    if (!told.has(line)) edges.tell?.(line);
    told.add(line);
  };

  /** The metrics that a round can be judged by. */
  const metricsFor = (subject: Watched, failure: Error | undefined): readonly MetricConfig[] => {
    const reason = standIns && whyStandIns(subject, failure, counted);
    if (!standIns || reason === undefined) return metrics;
    tellOnce(reason, subject.canary);
    return standIns;
  };

  return {
    async prepare(subject, signal) {
      await prepare({ ...rollout, metrics: standIns ?? metrics }, subject, { ...edges, environment, now }, signal);
      // A stack that names no metrics is probed only if nothing else is available.
      if (!standIns && subject.place && metrics.some((metric) => isProbed(metric, rollout)))
        await demandAskable(subject, subject.place, probeRequest(rollout.probe, environment), send, signal);
      const watched = { ...subject, since: 0 };
      const failure = await failureOf(counted.look(watched, signal), signal);
      if (failure && !standIns) throw failure;
      if (failure) tellOnce(uncounted(failure), subject.canary);
    },
    async alarm(subject, signal) {
      if (standIns && !hasWeight(subject)) return undefined;
      await counted.look(subject, signal);
      return counted.alarm();
    },
    expectOwn: (requests) => counted.expectOwn(requests),
    async check(subject, signal) {
      const isCounting = !standIns || hasWeight(subject);
      const failure = isCounting ? await failureOf(counted.look(subject, signal), signal) : undefined;
      const judged = metricsFor(subject, failure);
      const probed = judged.filter((metric) => isProbed(metric, rollout));
      const most = (some: readonly MetricConfig[]) =>
        Math.max(0, ...some.map(({ requests = defaultRequests }) => requests));
      const compared = subject.predecessor ? [] : probed.filter(({ compare }) => compare);
      const size = { canary: most(probed), stable: most(compared) };
      counted.expectOwn(size.canary + size.stable);
      // Sent once, and only if a metric needs it.
      const ask = async () => probe(subject, size, send, signal, probeRequest(rollout.probe, environment));
      const answers = probed.length > 0 ? ask() : undefined;
      const round: Round = { at: now(), failure, answers };
      const results = await Promise.allSettled(
        judged.map((metric, index) => judgeMetric(metric, index, subject, sources, round, signal)),
      );
      signal.throwIfAborted();
      return results.map((result, index) =>
        result.status === "fulfilled" ? result.value : notEvaluated(judged[index]?.name ?? "", result.reason),
      );
    },
  };
}

/** Why the metrics of a stack that names none can't judge. */
function whyStandIns(subject: Watched, failure: Error | undefined, counted: CountedMetrics): string | undefined {
  const { workload, canary, stable, predecessor } = subject;
  if (predecessor && Object.keys(predecessor).length === 0)
    return `too few requests on ${stable} were counted to compare ${canary} with`;
  if (!hasWeight(subject)) return `rules alone choose the users of ${canary} in this step`;
  // What could be read before will be readable again.
  if (failure && !counted.isReadable) return uncounted(failure);
  return counted.isWithoutUsers ? `no users send requests to ${workload}` : undefined;
}

function uncounted({ message }: Error): string {
  return `requests can't be counted (${message})`;
}

/** True where the canary's users are a sample of all users, or all of them, so that they can be compared with stable's. */
function hasWeight({ plan, predecessor }: Watched): boolean {
  if (predecessor) return true;
  return plan.strategy === "canary" && (plan.canary?.weight ?? 0) > 0;
}

/** What keeps the counters from being read. */
async function failureOf(looked: Promise<void>, signal: AbortSignal): Promise<Error | undefined> {
  try {
    await looked;
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return error as Error;
  }
}

function notEvaluated(name: string, error: unknown): CheckResult {
  const message = error instanceof Error ? error.message : String(error);
  return { name, kind: "metric", verdict: "inconclusive", message: `${name} can't be evaluated: ${message}` };
}
