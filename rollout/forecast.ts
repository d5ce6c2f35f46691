import type { RolloutConfig } from "../config/rollout";
import type { FaultForecast, Forecast, ForecastRequest } from "../judge";
import { UserError } from "../progress/user-error";
import { inWords } from "./bake";
import type { RolloutLayout } from "./spec";

/** The present traffic. */
export interface PresentTraffic {
  /** Requests per second. */
  readonly rate: number;
  /** The part of them that fails, 0 to 1. */
  readonly errorRate: number;
}

/** Seconds from a verdict to the last user of the canary: one patch of the routes, and the controller's reload. */
const reaction = 2;

/**
 * Forecasts a stack's rollout whose errors are compared with stable's.
 *
 * @throws UserError for a rollout without weights: who chooses the canary's users can't be foretold.
 */
export function forecastRequest(
  { steps, interval }: Pick<RolloutLayout, "steps" | "interval">,
  { metrics }: Pick<RolloutConfig, "metrics">,
  { rate, errorRate }: PresentTraffic,
): ForecastRequest {
  const weighted = steps.filter(({ weight }) => weight > 0);
  if (weighted.length === 0)
    throw new UserError(
      "no step of this rollout has a weight: a forecast needs steps that send a percentage of the requests to the canary",
      "SLUICE1602",
    );
  const compared = metrics.filter(({ compare }) => compare);
  const { maxRatio, confidence } = compared[0]?.compare ?? { maxRatio: 1.5, confidence: 0.99 };
  return {
    rate,
    errorRate,
    steps: weighted.map(({ weight, checks, pause }) => ({
      weight,
      seconds: Math.max(checks * interval, typeof pause === "number" ? pause : 0) / 1000,
    })),
    // The controller's counters are looked at once a second.
    interval: compared.some(({ source }) => source === "controller") ? 1 : interval / 1000,
    reaction,
    judge: {
      falseRollback: (1 - confidence) / Math.max(1, compared.length),
      allow: maxRatio,
      tolerate: maxRatio,
    },
  };
}

/**
 * A forecast in plain English.
 *
 * @param bake milliseconds for which the new version is judged after its promotion; none if it is left out.
 */
export function forecastLines(
  { rate, errorRate }: PresentTraffic,
  { good, faults, advice }: Forecast,
  bake?: number,
): string[] {
  const baked = bake === undefined ? "" : `, and judged for ${inWords(bake)} more`;
  return [
    `At ${number(rate)} requests/s, of which ${percent(errorRate)} fail today, with errors compared by the judge:`,
    `  a good canary is promoted after ${time(good.median)} (9 of 10: ${time(good.p90)})${baked}`,
    ...faults.map((fault) => `  ${faultLine(fault)}`),
    ...(advice === undefined ? [] : [`  ${advice}`]),
  ];
}

function faultLine({ fault, detected, seconds, failed, failedAfter }: FaultForecast): string {
  const what = `a canary that fails ${percent(fault)} of its requests`;
  if (detected === 0) return `${what} is not found`;
  const found = `${what} is found after ${time(seconds.median)} (9 of 10: ${time(seconds.p90)})`;
  const missed = detected >= 0.995 ? "" : `, in ${Math.floor(100 * detected)} of 100 rollouts`;
  return `${found}${missed}: ${failed.median} failed requests until then, ${failedAfter} more until the last user is back`;
}

/** `4 s`, `12 min`, `3.5 h`. */
function time(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds > 24 * 3600) return "more than a day";
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${number(seconds / 3600)} h`;
}

function percent(part: number): string {
  return `${Number((100 * part).toFixed(2))}%`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(2)));
}
