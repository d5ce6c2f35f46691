import type { RolloutConfig } from "../config/rollout";
import { builtInMetrics, type MetricConfig } from "../config/rollout-metrics";
import { flaggerQuery, objectName, type MetricContext } from "./flagger-metrics";

/** The window that Flagger's queries look back on at least, in milliseconds, as it checks no more often. */
const leastWindow = 10_000;

/**
 * A rollout's settings as the analysis of a Canary, in Flagger's words.
 *
 * @see https://docs.flagger.app/usage/how-it-works
 */
export function flaggerAnalysis(rollout: RolloutConfig, context: MetricContext): Readonly<Record<string, unknown>> {
  const { interval, threshold, metrics, webhooks, alerts } = rollout;
  return {
    interval: inSeconds(interval),
    threshold,
    ...layout(rollout),
    ...(metrics.length > 0 && { metrics: metrics.map((metric) => metricOf(metric, rollout, context)) }),
    ...(webhooks.length > 0 && {
      webhooks: webhooks.map(({ name, type, url, timeout, retries, metadata }) => ({
        name,
        type,
        url,
        timeout: inSeconds(timeout),
        retries,
        ...(metadata && { metadata }),
      })),
    }),
    ...(alerts.length > 0 && {
      alerts: alerts.map(({ name, severity }) => ({
        name,
        severity,
        providerRef: { name: objectName(context.workload, name) },
      })),
    }),
  };
}

/** Flagger takes whole seconds or minutes only. */
export function inSeconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1000)}s`;
}

function layout({ stepWeight, stepWeights, maxWeight, match, iterations }: RolloutConfig): Record<string, unknown> {
  if (!match) return { maxWeight, ...(stepWeights ? { stepWeights } : { stepWeight }) };
  const { headerMatch, cookieMatch } = match;
  const { name = "", value, pattern } = headerMatch ?? {};
  const condition = { ...(value !== undefined && { exact: value }), ...(pattern !== undefined && { regex: pattern }) };
  return {
    iterations,
    match: [
      ...(headerMatch ? [{ headers: { [name]: condition } }] : []),
      // Flagger's word for the cookie that sends `always` to the canary: its name, as the value of a header.
      ...(cookieMatch === undefined ? [] : [{ headers: { cookie: { exact: cookieMatch } } }]),
    ],
  };
}

function metricOf(metric: MetricConfig, rollout: RolloutConfig, context: MetricContext): Record<string, unknown> {
  const query = flaggerQuery(metric, context);
  // A metric of a built-in's name is asked by Flagger's own query too, template or not.
  const isBuiltIn = (builtInMetrics as readonly string[]).includes(metric.name);
  return {
    name: query && isBuiltIn ? `${metric.name} of the canary` : metric.name,
    interval: inSeconds(metric.interval ?? Math.max(rollout.interval, leastWindow)),
    thresholdRange: metric.thresholdRange,
    ...(query && { templateRef: { name: query.template } }),
  };
}
