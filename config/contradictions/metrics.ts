import { inSeconds } from "../durations";
import { deadlineSecondsOf } from "../job-metric";
import type { RolloutConfig } from "../rollout";
import { builtInMetrics, isProbed, type MetricConfig } from "../rollout-metrics";
import type { Row } from "../wrong";

/**
 * What contradicts itself in one of a rollout's metrics, for both drivers.
 *
 * @param place the metric's key: `rollout.metrics.0`.
 */
export function metricRows(
  metric: MetricConfig,
  place: string,
  rollout: Pick<RolloutConfig, "prometheus" | "progressDeadline">,
): Row[] {
  const { name, query, web, job, thresholdRange, compare, source, requests } = metric;
  const isBuiltIn = (builtInMetrics as readonly string[]).includes(name);
  const builtIn = builtInMetrics.join(" and ");
  const [own, ...others] = (["job", "web", "query"] as const).filter((key) => metric[key] !== undefined);
  return [
    [
      `${place}.query`,
      !isBuiltIn && own === undefined,
      `must be PromQL that gives one number, or web or job be set: only ${builtIn} need none`,
    ],
    [
      `${place}.${own}`,
      isBuiltIn && own,
      `has no meaning for ${name}, which is built in: give the metric another name`,
    ],
    ...others.map((key): Row => [`${place}.${key}`, true, `has no meaning beside ${own}: leave one of them out`]),
    [`${place}.web.body`, web?.method === "GET" && web.body !== undefined, "has no meaning with method GET: use POST"],
    ...jobRows(metric, place, rollout),
    ...limitRows(metric, `${place}.thresholdRange`),
    [`${place}.thresholdRange`, !thresholdRange && !compare && !job, "must be set, or compare: what the value may be"],
    [
      `${place}.compare`,
      !isBuiltIn && compare,
      `has no meaning for a query, a web API or a job: only ${builtIn} are compared with stable`,
    ],
    [
      `${place}.source`,
      !isBuiltIn && source !== undefined && (own !== "query" || source !== "prometheus"),
      own === "query" ? "must be prometheus for a query" : `has no meaning beside ${own}: leave it out`,
    ],
    [
      "rollout.prometheus",
      !rollout.prometheus && (source === "prometheus" || (!isBuiltIn && query !== undefined)),
      `must be set: ${place} (${name}) asks it`,
    ],
    [
      `${place}.requests`,
      !isProbed(metric, rollout) && requests !== undefined,
      "has no meaning for a metric that is not probed: it is for source probe",
    ],
  ];
}

function jobRows(
  { job, thresholdRange, interval }: MetricConfig,
  place: string,
  { progressDeadline }: Pick<RolloutConfig, "progressDeadline">,
): Row[] {
  if (!job) return [];
  const allowed = "has no meaning for a job, which passes or fails: remove it";
  const seconds = deadlineSecondsOf(job);
  return [
    [`${place}.thresholdRange`, thresholdRange, allowed],
    [`${place}.interval`, interval !== undefined, allowed, inSeconds(interval ?? 0)],
    [
      `${place}.job.spec.activeDeadlineSeconds`,
      seconds * 1000 >= progressDeadline,
      `must be below rollout.progressDeadline, ${progressDeadline / 1000} s: a Job that hangs would end the rollout before its own end`,
      seconds,
    ],
  ];
}

function limitRows({ name, thresholdRange }: MetricConfig, key: string): Row[] {
  if (!thresholdRange) return [];
  const { min, max } = thresholdRange;
  const isRate = name === "request-success-rate";
  const isDuration = name === "request-duration";
  const isShare = min !== undefined && min > 0 && min <= 1;
  const [perCent, milliseconds] = [`must be in percent for ${name}`, `must be in milliseconds for ${name}`];
  return [
    // A limit on the good side alone would take back good canaries, and let bad ones pass.
    [
      key,
      isRate && min === undefined,
      `must have min for ${name}: with max alone only a canary without enough errors fails`,
    ],
    [
      key,
      isDuration && max === undefined,
      `must have max for ${name}: with min alone only a canary that answers too soon fails`,
    ],
    // One that was meant in another unit would let every canary pass, or none.
    [key, isRate && (isShare || Math.max(min ?? 0, max ?? 0) > 100), `${perCent}: min 99 is 99 of 100 requests`],
    [key, isDuration && max !== undefined && max < 1, `${milliseconds}: max 500 is half a second`],
  ];
}
