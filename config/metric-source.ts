import type { RolloutConfig } from "./rollout";
import type { MetricConfig } from "./rollout-metrics";

/** True where a metric is read from the controller's own counters. */
export function isCounted({ source }: MetricConfig): boolean {
  return source === "controller";
}

/** True where a metric is measured by requests of Sluice's own. */
export function isProbed(
  { source, web, job }: MetricConfig,
  { prometheus }: Pick<RolloutConfig, "prometheus">,
): boolean {
  return source === "probe" || (source === undefined && !web && !job && !prometheus);
}
