import { clusterApi } from "../../cluster/api";
import type { StackConfig } from "../../config";
import { controllerService } from "../../routers/controller-service";
import { forecast, type Forecast, type ForecastRequest } from "../../judge";
import { UserError } from "../../progress/user-error";
import { createTransport } from "../../rollout/analysis/create-transport";
import { controllerSeries } from "../../rollout/analysis/controller-series";
import { isCounted } from "../../config/rollout-metrics";
import { presentTraffic } from "../../rollout/analysis/present-traffic";
import { askPrometheus } from "../../rollout/analysis/prometheus";
import { readControllerPods } from "../../rollout/counters/controller-pods";
import type { ReadPages } from "../../rollout/counters/meter";
import { countTraffic } from "../../rollout/counters/present-traffic";
import { forecastLines, forecastRequest, type PresentTraffic } from "../../rollout/forecast";
import type { RolloutLayout } from "../../rollout/spec";
import { routers } from "../../routers";
import type { Session } from "../session";

/** A forecast, what it was made from, and both in plain English. */
export interface ForecastRollout {
  readonly request: ForecastRequest;
  readonly result: Forecast;
  /** Seconds for which the new version is judged after its promotion; none without a bake. */
  readonly bake?: number;
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
  const { bake } = layout;
  const lines = [...forecastLines(present, result, bake), ...(isCompared ? [] : [limits])];
  return { request, result, ...(bake !== undefined && { bake: bake / 1000 }), lines };
}

/** Seconds in which the controller's counters are watched. */
const watchedSeconds = 5;

/**
 * What users of the stack do today, asked of its Prometheus, or else counted by its controller.
 *
 * @param milliseconds until when Prometheus must have answered.
 * @throws UserError if nobody counts the stack's requests, or can be asked in time.
 */
export async function askPresentTraffic(
  stack: StackConfig,
  { from, to }: RolloutLayout,
  choice: Session["choice"],
  milliseconds = 30_000,
): Promise<PresentTraffic> {
  const { namespace, workload, application, plan, ingressController, rollout } = stack;
  const controller = ingressController?.kind;
  const subject = { namespace, workload, application, plan, canary: to, stable: from, controller };
  const { signal } = new AbortController();
  if (rollout?.prometheus) {
    const transport = createTransport(rollout.prometheus, {
      environment: process.env,
      kubeConfig: () => clusterApi(choice.cluster()).kubeConfig,
    });
    return presentTraffic(subject, (promql) => askPrometheus(transport, promql, signal, milliseconds));
  }
  const [canary, stable] = [controllerSeries(subject, "canary"), controllerSeries(subject, "stable")];
  const service = controllerService(stack);
  const { metricsPage: page } = routers[plan.router];
  if (!canary || !stable || !service || !page)
    throw new UserError(
      "the present rate of requests is not known: pass --rate REQUESTS_PER_SECOND, or set rollout.prometheus",
      "SLUICE1602",
    );
  const api = clusterApi(choice.cluster());
  const read: ReadPages = (names) => readControllerPods(api, { service, page }, names, signal);
  return countTraffic({ canary, stable }, read, watchedSeconds, signal);
}

/** The forecast shown before a rollout begins; empty if users' requests don't judge the rollout. */
export async function foretell(
  stack: StackConfig,
  layout: RolloutLayout,
  choice: Session["choice"],
): Promise<readonly string[]> {
  const { prometheus, metrics = [] } = stack.rollout ?? {};
  if (!prometheus && !metrics.some(isCounted)) return [];
  try {
    return forecastRollout(stack, layout, await askPresentTraffic(stack, layout, choice, 5000)).lines;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The rollout itself reports metrics that can't be read, and works with those that can.
    return [`No forecast: ${error.message}`];
  }
}
