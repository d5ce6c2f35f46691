import { deadlineSecondsOf } from "../job-metric";
import { isProbed } from "../metric-source";
import type { Problem } from "../problems";
import type { RolloutConfig } from "../rollout";
import { builtInMetrics, type MetricConfig } from "../rollout-metrics";

/** What contradicts itself in one of a rollout's metrics, whoever drives. */
export function metricProblems(
  metric: MetricConfig,
  index: number,
  rollout: Pick<RolloutConfig, "prometheus" | "progressDeadline">,
): Problem[] {
  const { prometheus } = rollout;
  const { name, query, web, job, thresholdRange, compare, source, requests } = metric;
  const at = (key: keyof MetricConfig, allowed: string) => ({
    key: `rollout.metrics.${index}.${key}`,
    value: metric[key],
    allowed,
  });
  const isBuiltIn = (builtInMetrics as readonly string[]).includes(name);
  const [own, ...others] = (["job", "web", "query"] as const).filter((key) => metric[key] !== undefined);
  return [
    ...(!isBuiltIn && own === undefined
      ? [
          at(
            "query",
            `must be PromQL that gives one number, or web or job be set: only ${builtInMetrics.join(" and ")} need none`,
          ),
        ]
      : []),
    ...(isBuiltIn && own
      ? [at(own, `has no meaning for ${name}, which is built in: give the metric another name`)]
      : []),
    ...others.map((key) => at(key, `has no meaning beside ${own}: leave one of them out`)),
    ...(web?.method === "GET" && web.body !== undefined
      ? [
          {
            key: `rollout.metrics.${index}.web.body`,
            value: web.body,
            allowed: "has no meaning with method GET: use POST",
          },
        ]
      : []),
    ...(job ? jobProblems(metric, index, rollout) : []),
    ...[...oneSided(metric), ...inAnotherUnit(metric)].map((allowed) => at("thresholdRange", allowed)),
    ...(!thresholdRange && !compare && !job
      ? [at("thresholdRange", "must be set, or compare: what the value may be")]
      : []),
    ...(!isBuiltIn && compare
      ? [
          at(
            "compare",
            `has no meaning for a query, a web API or a job: only ${builtInMetrics.join(" and ")} are compared with stable`,
          ),
        ]
      : []),
    ...(!isBuiltIn && source !== undefined && (own !== "query" || source !== "prometheus")
      ? [
          at(
            "source",
            own === "query" ? "must be prometheus for a query" : `has no meaning beside ${own}: leave it out`,
          ),
        ]
      : []),
    ...(!prometheus && (source === "prometheus" || (!isBuiltIn && query !== undefined))
      ? [
          {
            key: "rollout.prometheus",
            value: undefined,
            allowed: `must be set: rollout.metrics.${index} (${name}) asks it`,
          },
        ]
      : []),
    ...(!isProbed(metric, { prometheus }) && requests !== undefined
      ? [at("requests", "has no meaning for a metric that is not probed: it is for source probe")]
      : []),
  ];
}

function jobProblems(
  { job = { spec: {} }, thresholdRange, interval }: MetricConfig,
  index: number,
  { progressDeadline }: Pick<RolloutConfig, "progressDeadline">,
): Problem[] {
  const key = `rollout.metrics.${index}`;
  const allowed = "has no meaning for a job, which passes or fails: remove it";
  const seconds = deadlineSecondsOf(job);
  return [
    ...(thresholdRange ? [{ key: `${key}.thresholdRange`, value: thresholdRange, allowed }] : []),
    ...(interval !== undefined ? [{ key: `${key}.interval`, value: `${interval / 1000}s`, allowed }] : []),
    ...(seconds * 1000 >= progressDeadline
      ? [
          {
            key: `${key}.job.spec.activeDeadlineSeconds`,
            value: seconds,
            allowed: `must be below rollout.progressDeadline, ${progressDeadline / 1000} s: a Job that hangs would end the rollout before its own end`,
          },
        ]
      : []),
  ];
}

/** A limit on the good side alone: it would take back good canaries, and let bad ones pass. */
function oneSided({ name, thresholdRange }: MetricConfig): string[] {
  if (!thresholdRange) return [];
  const { min, max } = thresholdRange;
  if (name === "request-success-rate" && min === undefined)
    return ["must have min for request-success-rate: with max alone only a canary without enough errors fails"];
  if (name === "request-duration" && max === undefined)
    return ["must have max for request-duration: with min alone only a canary that answers too soon fails"];
  return [];
}

/** A limit that was meant in another unit: it would let every canary pass, or none. */
function inAnotherUnit({ name, thresholdRange }: MetricConfig): string[] {
  const { min, max } = thresholdRange ?? {};
  const limits = [min, max].filter((limit) => limit !== undefined);
  if (
    name === "request-success-rate" &&
    (limits.some((limit) => limit > 100) || (min !== undefined && min > 0 && min <= 1))
  )
    return ["must be in percent for request-success-rate: min 99 is 99 of 100 requests"];
  if (name === "request-duration" && max !== undefined && max < 1)
    return ["must be in milliseconds for request-duration: max 500 is half a second"];
  return [];
}
