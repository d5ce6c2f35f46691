import { createJudge } from "./judge";
import type { JudgeOptions } from "./options";
import { Random, Simulation } from "./simulate";

/** What a rollout will meet. */
export interface ForecastRequest {
  /** Requests per second, both versions together. */
  readonly rate: number;
  /** The part of stable's requests that fails today, 0 to 1. */
  readonly errorRate: number;
  readonly steps: readonly {
    /** Percent of the requests. */
    readonly weight: number;
    /** How long the step lasts at least. */
    readonly seconds: number;
  }[];
  /** Seconds between two observations. */
  readonly interval: number;
  /** Seconds from the verdict until no user reaches the canary any more. */
  readonly reaction: number;
  readonly judge?: JudgeOptions;
}

/** Half and nine of ten rollouts have no more. */
export interface Spread {
  readonly median: number;
  readonly p90: number;
}

/** What becomes of a canary that fails from its first request on. */
export interface FaultForecast {
  /** The part of the canary's requests that fails beyond stable's, 0 to 1. */
  readonly fault: number;
  /** The part of the rollouts that bring users back, 0 to 1. */
  readonly detected: number;
  /** Until the verdict, of those that do. */
  readonly seconds: Spread;
  /** Failed requests on the canary until the verdict. */
  readonly failed: Spread;
  /** Failed requests on the canary between the verdict and its last user. */
  readonly failedAfter: number;
}

/** How a rollout will go. */
export interface Forecast {
  /** How long a canary as good as stable takes to its promotion: no step ends before the judge calls it healthy. */
  readonly good: Spread;
  readonly faults: readonly FaultForecast[];
  /** What is wrong and what helps, where a fault of 5% would mostly be found after the steps' least time, or never. */
  readonly advice?: string;
}

const faults = [0.01, 0.05, 0.2, 1];
const runs = 200;
/** A rollout that has no verdict then is given up. */
const longest = 24 * 3600;
/** Quiet seconds are taken together, but no more than this part of the step. */
const precision = 0.05;

/** Forecasts a rollout from the judge itself: by simulation, the same for the same request, in about a second. */
export function forecast(request: ForecastRequest): Forecast {
  const good = endsOf(request, 0);
  const outcomes = faults.map((fault): FaultForecast => {
    const ends = endsOf(request, fault);
    const found = ends.filter(({ isBroken }) => isBroken);
    const weight = found.reduce((sum, one) => sum + one.weight, 0) / Math.max(1, found.length);
    return {
      fault,
      detected: found.length / ends.length,
      seconds: spreadOf(found.map(({ seconds }) => seconds)),
      failed: spreadOf(found.map(({ failed }) => failed)),
      failedAfter: Math.round((request.reaction * request.rate * weight * errorRateOf(request, fault)) / 100),
    };
  });
  const least = request.steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const advice = adviceFor(outcomes, least);
  return {
    good: spreadOf(good.map(({ isBroken, seconds }) => (isBroken ? Infinity : seconds))),
    faults: outcomes,
    ...(advice !== undefined && { advice }),
  };
}

interface End {
  readonly isBroken: boolean;
  readonly seconds: number;
  readonly failed: number;
  readonly weight: number;
}

function endsOf(request: ForecastRequest, fault: number): End[] {
  return Array.from({ length: runs }, (_, run) => endOf(request, fault, new Random(run + 1)));
}

/** One rollout: each step goes on once its least time has passed and the judge calls the canary healthy. */
function endOf(request: ForecastRequest, fault: number, random: Random): End {
  const { steps, interval, rate, errorRate } = request;
  const judge = createJudge(request.judge);
  let [seconds, failed] = [0, 0];
  for (const [step, { weight, seconds: least }] of steps.entries()) {
    const simulation = new Simulation(random, {
      requests: rate * interval,
      weight,
      canary: errorRateOf(request, fault),
      stable: errorRate,
      burst: 1,
    });
    const begun = seconds;
    for (let isDone = false; !isDone;) {
      const most = Math.max(1, Math.floor(((seconds - begun) * precision) / interval));
      const { intervals, canary, stable } = simulation.next(most);
      seconds += intervals * interval;
      failed += canary.errors;
      const { verdict } = judge.observe({ at: seconds * 1000, weight, step, canary, stable });
      if (verdict === "broken") return { isBroken: true, seconds, failed, weight };
      if (seconds >= longest) return { isBroken: false, seconds: Infinity, failed, weight };
      isDone = seconds - begun >= least && verdict === "healthy";
    }
  }
  return { isBroken: false, seconds, failed, weight: steps.at(-1)?.weight ?? 0 };
}

/** What fails anyway fails on the canary too. */
function errorRateOf({ errorRate }: ForecastRequest, fault: number): number {
  return errorRate + fault * (1 - errorRate);
}

function adviceFor(outcomes: readonly FaultForecast[], least: number): string | undefined {
  const five = outcomes.find(({ fault }) => fault === 0.05);
  if (!five || (five.detected >= 0.5 && five.seconds.median <= least)) return undefined;
  return `this is too little traffic to find a fault of 5% within the steps' own ${least} s: give the canary more weight, make the steps longer, or measure it by requests of Sluice's own (source: probe)`;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? Infinity;
  return { median: at(0.5), p90: at(0.9) };
}
