import type { ClusterApi } from "../../cluster/api";
import type { RolloutConfig } from "../../config/rollout";
import { sendAll } from "../../probe/send-requests";
import { createAlerts } from "../../rollout/alerts";
import { createAnalyst } from "../../rollout/analysis/create-analyst";
import { createTransport } from "../../rollout/analysis/create-transport";
import { checkHookSecrets } from "../../rollout/hook-secrets";
import type { Alerts, Webhooks } from "../../rollout/hooks";
import type { Analyst } from "../../rollout/subject";
import { createWebhooks } from "../../rollout/webhooks";

/** What a rollout asks and tells. */
export interface RolloutTools {
  readonly webhooks: Webhooks;
  readonly alerts: Alerts;
  /** Made when it is first asked for: a way back has no need of it. */
  analyst(): Analyst;
  /**
   * Looks for the secrets that the rollout's settings name.
   *
   * @throws ConfigError where they are not in the environment.
   */
  checkSecrets(): void;
}

/** Makes what a rollout asks and tells, by its settings. */
export function rolloutTools(
  rollout: RolloutConfig,
  { kubeConfig }: Pick<ClusterApi, "kubeConfig">,
  client: readonly string[],
): RolloutTools {
  let analyst: Analyst | undefined;
  const makeAnalyst = () => {
    const edges = { environment: process.env, kubeConfig: () => kubeConfig };
    const prometheus = rollout.prometheus && createTransport(rollout.prometheus, edges);
    return createAnalyst(rollout, { prometheus, send: (jobs, signal) => sendAll(client, jobs, signal) });
  };
  return {
    webhooks: createWebhooks(rollout.webhooks, process.env),
    alerts: createAlerts(rollout.alerts, process.env),
    analyst: () => (analyst ??= makeAnalyst()),
    checkSecrets: () => checkHookSecrets(rollout, process.env),
  };
}
