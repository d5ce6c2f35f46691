/** How long answers took, in milliseconds. */
export interface Latency {
  /** Half of them took no longer. */
  readonly p50: number;
  /** 99 of 100 took no longer. */
  readonly p99: number;
}

/** The latency that single times come to; nothing if there are none. */
export function latencyOf(milliseconds: readonly number[]): Latency | undefined {
  if (milliseconds.length === 0) return undefined;
  const sorted = [...milliseconds].sort((left, right) => left - right);
  return { p50: percentile(sorted, 50), p99: percentile(sorted, 99) };
}

/**
 * The percentile by nearest rank: the smallest value that at least so many percent of the values don't exceed. It is
 * always one that was measured.
 *
 * @param sorted at least one value, the smallest first.
 * @param percent above 0, at most 100.
 */
export function percentile(sorted: readonly number[], percent: number): number {
  const value = sorted[Math.ceil((percent * sorted.length) / 100) - 1];
  if (value === undefined) throw new RangeError(`no percentile ${percent} of ${sorted.length} values`);
  return value;
}
