import type { RolloutConfig } from "../../config/rollout";
import { isCounted, isProbed, type MetricConfig } from "../../config/rollout-metrics";
import { ConfigError, type Problem } from "../../config/problems";
import { UserError } from "../../progress/user-error";
import { durationsQuery, requestsQuery } from "./built-in-queries";
import { controllerSeries, type Named, type Role } from "./controller-series";
import { fillPlaceholders } from "./placeholders";
import { askPrometheus, PrometheusError, singleNumber } from "./prometheus";
import type { PrometheusTransport } from "./transport";
import { jobManifest, type JobOwner } from "../jobs/manifest";
import { demandJobs, type Jobs } from "../jobs/jobs";
import { askWeb, type Environment } from "./web";
import { webQuestion } from "./web-question";
import { fullWindow } from "./window";

/** What metrics are asked by. */
export interface PrepareEdges {
  readonly prometheus?: PrometheusTransport;
  /** The environment that holds the secrets of web APIs. */
  readonly environment: Environment;
  /** Runs Jobs; needed if a metric is one. */
  readonly jobs?: Jobs;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Asks every query and every web API once, before anything changes.
 *
 * @throws ConfigError with every query that Prometheus rejects, and every metric that can't be had of this stack;
 * UserError where Prometheus can't be asked; the signal's reason where that is aborted.
 */
export async function prepare(
  rollout: Pick<RolloutConfig, "metrics" | "prometheus" | "interval">,
  subject: JobOwner,
  edges: PrepareEdges,
  signal: AbortSignal,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    rollout.metrics.flatMap((metric, index) =>
      isProbed(metric, rollout) ? [] : [problemsOf(metric, index, rollout.interval, subject, edges, signal)],
    ),
  );
  signal.throwIfAborted();
  const problems = outcomes.flatMap((outcome) => {
    if (outcome.status === "fulfilled") return outcome.value;
    // Where Prometheus can't be asked, what it says of single queries is not all there is to say.
    if (!(outcome.reason instanceof ConfigError)) throw outcome.reason;
    return outcome.reason.problems;
  });
  // A token that is missing is missing for every query.
  const unlike = problems.filter(({ key }, index) => problems.findIndex((one) => one.key === key) === index);
  if (unlike.length > 0) throw new ConfigError(unlike);
}

async function problemsOf(
  metric: MetricConfig,
  index: number,
  interval: number,
  subject: JobOwner,
  { prometheus: transport, environment, jobs, now }: PrepareEdges,
  signal: AbortSignal,
): Promise<Problem[]> {
  const impossible = impossibleHere(metric, index, subject);
  if (impossible) return [impossible];
  // The controller is asked by the first look at its counters.
  if (isCounted(metric)) return [];
  const seconds = fullWindow(metric.interval, interval);
  if (metric.web) {
    await askWeb(webQuestion(metric.web, index, subject, { seconds, at: now() }), environment, signal);
    return [];
  }
  if (metric.job) {
    const refusal = await demandJobs(jobs).tryOut(jobManifest(metric.job, index, subject, now()));
    const allowed = `must be a Job that the API server takes; it says: ${refusal}`;
    return refusal === undefined ? [] : [{ key: `rollout.metrics.${index}.job.spec`, value: metric.job.spec, allowed }];
  }
  if (!transport) throw new UserError("there is no way to Prometheus: rollout.prometheus must be set", "SLUICE1601");
  for (const promql of queriesOf(metric, index, subject, seconds)) {
    try {
      const series = await askPrometheus(transport, promql, signal);
      if (metric.query !== undefined) singleNumber(series);
    } catch (error) {
      if (!(error instanceof PrometheusError)) throw error;
      if (error.blame === "server")
        throw new UserError(`${error.message}; check ${transport.whatToCheck}`, "SLUICE1601");
      const allowed = `must be PromQL that gives one number; Prometheus says: ${error.message}`;
      return [{ key: `rollout.metrics.${index}.query`, value: promql, allowed }];
    }
  }
  return [];
}

/** Every query of a metric, filled in. */
function queriesOf(metric: MetricConfig, index: number, subject: Named, seconds: number): string[] {
  if (metric.query !== undefined) return [fillPlaceholders(metric.query, index, subject, seconds)];
  const roles: Role[] = metric.compare ? ["canary", "stable"] : ["canary"];
  const query = metric.name === "request-success-rate" ? requestsQuery : durationsQuery;
  return roles.flatMap((role) => {
    const series = controllerSeries(subject, role);
    return series ? [query(series, seconds)] : [];
  });
}

/** Why a built-in metric can't be had from anybody's counts of this stack. */
function impossibleHere(
  { query, web, job, name, source }: MetricConfig,
  index: number,
  subject: Named,
): Problem | undefined {
  if (query !== undefined || web || job) return undefined;
  const { plan, canary } = subject;
  if (!controllerSeries(subject, "canary"))
    return {
      key: `rollout.metrics.${index}.source`,
      value: source,
      allowed: `must be probe for ${name} under router ${plan.router}, where Sluice knows no counts of requests by version`,
    };
  if (plan.strategy === "blueGreen" && !plan.preview)
    return {
      key: "route.previewHost",
      value: undefined,
      allowed: `must be set for ${name}: without it no requests reach ${canary} before the switch, which could be counted`,
    };
  return undefined;
}
