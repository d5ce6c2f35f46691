import type { RolloutConfig } from "../../config/rollout";
import type { MetricConfig } from "../../config/rollout-metrics";

/** True where a metric is measured by requests of Sluice's own. */
export function isProbed({ source }: MetricConfig, { prometheus }: Pick<RolloutConfig, "prometheus">): boolean {
  return source === "probe" || (source === undefined && !prometheus);
}
