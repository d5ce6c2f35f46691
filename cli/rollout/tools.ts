import type { ClusterApi } from "../../cluster/api";
import { firstLine } from "../../cluster/errors";
import type { StackConfig } from "../../config";
import { controllerService } from "../../routers/controller-service";
import { ConfigError } from "../../config/problems";
import { sendAll } from "../../probe/send-requests";
import { createAlerts } from "../../rollout/alerts";
import { createAnalyst } from "../../rollout/analysis/create-analyst";
import type { ReadController } from "../../rollout/analysis/counted-metrics";
import { createTransport } from "../../rollout/analysis/create-transport";
import { readControllerPods } from "../../rollout/counters/controller-pods";
import { checkHookSecrets } from "../../rollout/hook-secrets";
import { jobsOf } from "../../rollout/jobs/run-job";
import type { Alerts, Webhooks } from "../../rollout/hooks";
import type { Analyst } from "../../rollout/subject";
import { createWebhooks } from "../../rollout/webhooks";

/** A rollout's metrics, webhooks and alerts. */
export interface RolloutTools {
  readonly webhooks: Webhooks;
  readonly alerts: Alerts;
  /** Created on first use, because a rollback doesn't need it. */
  analyst(): Analyst;
  /**
   * Looks for the secrets that the rollout's settings name.
   *
   * @throws ConfigError if they are not in the environment.
   */
  checkSecrets(): void;
}

/**
 * Creates the metrics, webhooks and alerts of a stack's rollout, by its settings.
 *
 * @param tell tells people what the canary is not judged by.
 */
export function rolloutTools(
  stack: StackConfig,
  api: ClusterApi,
  client: readonly string[],
  tell: (line: string) => void,
): RolloutTools {
  const { rollout } = stack;
  if (!rollout) throw new Error("a rollout is begun on a stack that says how it goes");
  let analyst: Analyst | undefined;
  const makeAnalyst = () => {
    const edges = { environment: process.env, kubeConfig: () => api.kubeConfig };
    const service = controllerService(stack);
    const read: ReadController | undefined =
      service && ((page, names, signal) => readControllerPods(api, { service, page }, names, signal));
    return createAnalyst(rollout, {
      prometheus: rollout.prometheus && createTransport(rollout.prometheus, edges),
      controller: read,
      environment: process.env,
      jobs: jobsOf(api),
      send: (jobs, signal) => sendAll(client, jobs, signal),
      tell,
    });
  };
  return {
    webhooks: unlessLacking(() => createWebhooks(rollout.webhooks, process.env), lackingWebhooks),
    alerts: unlessLacking(
      () => createAlerts(rollout.alerts, process.env),
      (lack) => ({ send: () => Promise.resolve([`alerts can't be sent: ${lack}`]) }),
    ),
    analyst: () => (analyst ??= makeAnalyst()),
    checkSecrets: () => checkHookSecrets(rollout, process.env),
  };
}

/** A rollback must not fail because a secret is not on this machine: this warns instead. */
function unlessLacking<Tool>(make: () => Tool, instead: (lack: string) => Tool): Tool {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return instead(firstLine(error.message));
  }
}

function lackingWebhooks(lack: string): Webhooks {
  const message = `webhooks can't be called: ${lack}`;
  const result = { name: "webhooks", kind: "webhook", verdict: "inconclusive", message } as const;
  return {
    has: () => false,
    call: () => Promise.resolve({ agreed: false, results: [result] }),
    tell: () => Promise.resolve([message]),
  };
}
