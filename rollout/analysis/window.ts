/** The shortest window that is looked back on where a metric names none. */
const shortest = 10_000;

/**
 * How many whole seconds queries look back: the metric's interval, or else the rollout's, but at least 10 s.
 *
 * Prometheus sees growth only between two samples of one window, so this should be at least twice its scrape interval
 * (15 s to 60 s in most clusters); better four times, so that one missed scrape does no harm.
 *
 * @param metric the metric's interval in milliseconds, where it has one.
 * @param rollout the rollout's interval in milliseconds.
 */
export function fullWindow(metric: number | undefined, rollout: number): number {
  return Math.max(1, Math.floor((metric ?? Math.max(rollout, shortest)) / 1000));
}

/**
 * The same, cut to what has passed of the step, rounded down: what was before the step never counts.
 *
 * @returns nothing in the step's first second.
 */
export function windowSince(full: number, since: number, now: number): number | undefined {
  const passed = Math.floor((now - since) / 1000);
  return passed < 1 ? undefined : Math.min(full, passed);
}
