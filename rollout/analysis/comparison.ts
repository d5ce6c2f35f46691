import type { MetricConfig } from "../../config/rollout-metrics";
import type { Subject } from "../subject";
import { compareProportions, type Tally } from "./proportions";
import type { Readings } from "./readings";
import type { Finding } from "./threshold";

/** What a comparison may find. */
export type Comparison = NonNullable<MetricConfig["compare"]>;

/** `at most 1.5 times as many failed requests as on v1`. */
export function comparisonWords({ maxRatio }: Comparison, what: string, stable: string): string {
  return `at most ${maxRatio} times as many ${what} requests as on ${stable}`;
}

/** Holds the canary's part of failed requests against stable's. */
export async function compareFailures(
  readings: Readings,
  subject: Pick<Subject, "canary" | "stable">,
  comparison: Comparison,
): Promise<Finding> {
  const [canary, stable] = await Promise.all([readings.counts("canary"), readings.counts("stable")]);
  const tally = ({ requests, failed }: typeof canary): Tally => ({ requests, hits: Math.min(failed, requests) });
  return compare(tally(canary), tally(stable), "failed", readings, subject, comparison);
}

/**
 * Holds the canary's part of slow requests against stable's: those slower than a bound at or above stable's 99th
 * percentile. Of a histogram that is a bucket's, so that both are counted exactly; buckets as wide as Traefik's own
 * (0.1 s, 0.3 s, 1.2 s, 5 s) hide what happens within one.
 */
export async function compareDurations(
  readings: Readings,
  subject: Pick<Subject, "canary" | "stable">,
  comparison: Comparison,
): Promise<Finding> {
  const [canary, stable] = await Promise.all([readings.durations("canary"), readings.durations("stable")]);
  const { bound } = stable;
  if (bound === undefined)
    return { verdict: "no data", message: `no requests reached ${subject.stable} ${readings.period}: cannot tell yet` };
  const tally = ({ requests, slowerThan }: typeof canary): Tally => ({ requests, hits: slowerThan(bound) });
  const what = `took longer than ${Number(bound.toFixed(1))}ms`;
  return compare(tally(canary), tally(stable), what, readings, subject, comparison);
}

function compare(
  canary: Tally,
  stable: Tally,
  what: string,
  { period, canaryShareOfStable }: Readings,
  subject: Pick<Subject, "canary" | "stable">,
  { maxRatio, confidence }: Comparison,
): Finding {
  const verdict = compareProportions(canary, stable, {
    maxRatio: ratioToMix(maxRatio, canaryShareOfStable),
    confidence,
  });
  const ratio = `${percent(canary)} of ${canary.requests} requests on ${subject.canary} ${what} ${period}, ${percent(stable)} of ${stable.requests} on ${subject.stable}`;
  const limit = `${maxRatio} times as many`;
  switch (verdict) {
    case "failed":
      return { verdict, message: `${ratio}: it must be at most ${limit}` };
    case "passed":
      return { verdict, message: `${ratio}: at most ${limit}` };
    case "no data":
      return { verdict, message: `${ratio}: cannot tell yet whether that is at most ${limit}` };
  }
}

/**
 * What a ratio to stable is as a ratio to requests of which the canary served a share: at `maxRatio` times stable's
 * proportion, theirs is (1 - share + share × maxRatio) times stable's.
 */
function ratioToMix(maxRatio: number, share: number): number {
  return maxRatio / (1 - share + share * maxRatio);
}

function percent({ requests, hits }: Tally): string {
  return requests === 0 ? "none" : `${Number(((100 * hits) / requests).toFixed(2))}%`;
}
