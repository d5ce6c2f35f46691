import type { ControllerSeries } from "../../routers/router";
import { percentile } from "../../traffic/latency";
import { numberIn } from "./prometheus";

/** How long a version's requests took, in milliseconds. */
export interface Durations {
  /** How many requests there were. */
  readonly requests: number;
  /** 99 of 100 took no longer; nothing without requests. With `isMore`, they took longer than that. */
  readonly p99?: { readonly milliseconds: number; readonly isMore: boolean };
  /** A bound at or above the 99th percentile, above which can be counted exactly. */
  readonly bound?: number;
  /** How many took longer than a {@link bound}, this one's or another's of the same source. */
  readonly slowerThan: (bound: number) => number;
}

/** A bucket of a histogram. */
export interface Bucket {
  /** Seconds; the last bucket's are infinite. */
  readonly upTo: number;
  /** How many requests took at most so long, those of smaller buckets included. */
  readonly count: number;
}

/** A bucket's bound, its label `le`, in seconds. */
export function secondsIn(bound: string, { durationUnit }: Pick<ControllerSeries, "durationUnit">): number {
  return numberIn(bound) / (durationUnit === "ms" ? 1000 : 1);
}

/** What single times come to. */
export function durationsOfTimes(milliseconds: readonly number[]): Durations {
  const sorted = [...milliseconds].sort((left, right) => left - right);
  const p99 = sorted.length > 0 ? percentile(sorted, 99) : undefined;
  return {
    requests: sorted.length,
    ...(p99 !== undefined && { p99: { milliseconds: p99, isMore: false }, bound: p99 }),
    slowerThan: (bound) => sorted.filter((one) => one > bound).length,
  };
}

/**
 * What a histogram comes to; its p99 as Prometheus' `histogram_quantile` gives it, by a straight line within the bucket.
 *
 * What is slower than the highest finite bound is known to be so, and no more: `isMore`.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function durationsOfBuckets(buckets: readonly Bucket[]): Durations {
  const sorted = rising(buckets);
  const total = sorted.at(-1)?.count ?? 0;
  const highest = sorted.filter(({ upTo }) => Number.isFinite(upTo)).at(-1)?.upTo ?? 0;
  const rank = 0.99 * total;
  const index = sorted.findIndex(({ count }) => count >= rank);
  const { upTo, count } = sorted[index] ?? { upTo: Infinity, count: 0 };
  const below = sorted[index - 1] ?? { upTo: 0, count: 0 };
  const isMore = upTo === Infinity;
  const seconds = isMore ? highest : below.upTo + (upTo - below.upTo) * ((rank - below.count) / (count - below.count));
  return {
    requests: total,
    ...(total > 0 && {
      p99: { milliseconds: seconds * 1000, isMore },
      bound: (isMore ? highest : upTo) * 1000,
    }),
    slowerThan: (bound) => total - (sorted.filter((bucket) => bucket.upTo * 1000 <= bound).at(-1)?.count ?? 0),
  };
}

/** Sorted by bound, with counts that never fall, whole: sums over several controllers may be a little off. */
function rising(buckets: readonly Bucket[]): Bucket[] {
  let highest = 0;
  return [...buckets]
    .sort((left, right) => left.upTo - right.upTo)
    .map(({ upTo, count }) => {
      highest = Math.max(highest, Math.round(count));
      return { upTo, count: highest };
    });
}
