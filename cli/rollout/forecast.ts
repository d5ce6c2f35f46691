import { clusterApi } from "../../cluster/api";
import type { StackConfig } from "../../config";
import { forecast, type Forecast, type ForecastRequest } from "../../judge";
import { UserError } from "../../progress/user-error";
import { createTransport } from "../../rollout/analysis/create-transport";
import { presentTraffic } from "../../rollout/analysis/present-traffic";
import { askPrometheus } from "../../rollout/analysis/prometheus";
import { forecastLines, forecastRequest, type PresentTraffic } from "../../rollout/forecast";
import type { RolloutLayout } from "../../rollout/spec";
import type { Session } from "../session";

/** A forecast, what it was made from, and both in words. */
export interface ForecastRollout {
  readonly request: ForecastRequest;
  readonly result: Forecast;
  readonly lines: readonly string[];
}

/**
 * Forecasts a stack's rollout.
 *
 * @throws UserError for a rollout whose steps have no weights.
 */
export function forecastRollout(stack: StackConfig, layout: RolloutLayout, present: PresentTraffic): ForecastRollout {
  const { metrics = [] } = stack.rollout ?? {};
  const request = forecastRequest(layout, { metrics }, present);
  const result = forecast(request);
  const limits = "  Add compare: {} to request-success-rate: this stack judges by limits alone";
  const isCompared = metrics.some(({ compare }) => compare);
  return { request, result, lines: [...forecastLines(present, result), ...(isCompared ? [] : [limits])] };
}

/**
 * What users of the stack do today, asked of its Prometheus.
 *
 * @param milliseconds until when Prometheus must have answered.
 * @throws UserError if nobody counts the stack's requests.
 */
export async function askPresentTraffic(
  stack: StackConfig,
  { from, to }: RolloutLayout,
  choice: Session["choice"],
  milliseconds = 30_000,
): Promise<PresentTraffic> {
  const { namespace, workload, application, plan, ingressController, rollout } = stack;
  if (!rollout?.prometheus)
    throw new UserError("the present traffic is not known: pass --rate REQUESTS_PER_SECOND, or set rollout.prometheus");
  const transport = createTransport(rollout.prometheus, {
    environment: process.env,
    kubeConfig: () => clusterApi(choice.cluster()).kubeConfig,
  });
  const controller = ingressController?.kind;
  const subject = { namespace, workload, application, plan, canary: to, stable: from, controller };
  return presentTraffic(subject, (promql) => askPrometheus(transport, promql, AbortSignal.timeout(milliseconds)));
}

/** What a rollout that is about to begin will meet, in words; nothing for a stack whose traffic nobody counts. */
export async function foretell(
  stack: StackConfig,
  layout: RolloutLayout,
  choice: Session["choice"],
): Promise<readonly string[]> {
  if (!stack.rollout?.prometheus) return [];
  try {
    return forecastRollout(stack, layout, await askPresentTraffic(stack, layout, choice, 5000)).lines;
  } catch (error) {
    // A rollout whose metrics can't be had says so by itself, and goes by what it has.
    return [`No forecast: ${(error as Error).message}`];
  }
}
