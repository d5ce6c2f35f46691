import type { Observation } from "./observation";

/** As many requests as the plan's weight counts for, until real requests outnumber them. */
const plannedRequests = 20;
/** How many requests the present share is worked out from: older ones are forgotten. */
const remembered = 1000;

/**
 * The share of the requests that reaches the canary: what the plan says at first, what is counted soon. A single interval
 * wouldn't do: with one request in it, its error could come from either version.
 */
export class Share {
  private canary = 0;
  private stable = 0;

  /** Counts an interval, and returns the canary's share, 0 to 1. */
  observe({ canary, stable, weight }: Observation): number {
    const sum = this.canary + this.stable;
    const kept = sum > remembered ? remembered / sum : 1;
    this.canary = this.canary * kept + canary.requests;
    this.stable = this.stable * kept + stable.requests;
    const planned = weight / 100;
    return (this.canary + plannedRequests * planned) / (this.canary + this.stable + plannedRequests);
  }

  /** Forgets what was counted, as the plan has changed. */
  restart(): void {
    this.canary = 0;
    this.stable = 0;
  }
}

/** As many errors, and as many bursts, of the assumed size count as seen before the first one. */
const assumedErrors = 10;
const assumedBursts = 2;
/** As many events as one interval is worth at most. */
const mostPerInterval = 2;
/** How fast older intervals are forgotten where the present errors per interval are asked for. */
const pace = 0.5;

/**
 * How many errors come together, learned from stable. Two estimates, each too high where the other is good:
 * errors per interval that has any, while intervals with errors are rare; and the dispersion of errors per interval, which
 * is 2m - 1 for bursts of geometrically distributed sizes with a mean of m.
 */
export class Bursts {
  private requests = 0;
  private errors = 0;
  private squares = 0;
  private intervals = 0;
  private perInterval = 1;
  private inverse = 1;

  observe({ canary, stable }: Observation): void {
    const { requests, errors } = stable;
    const all = canary.errors + errors;
    if (all > 0) {
      this.perInterval += pace * (all - this.perInterval);
      this.inverse += pace * (1 / all - this.inverse);
    }
    // The expectation of x(x - μ) is the dispersion times μ; intervals without errors add nothing, however they are cut.
    const expected = this.requests === 0 ? 0 : (this.errors / this.requests) * requests;
    this.squares += errors * (errors - expected);
    this.requests += requests;
    this.errors += errors;
    if (errors > 0) this.intervals += 1;
  }

  /** The mean size, 1 or more. @param assumed what it is taken to be before stable has shown it. */
  size(assumed: number): number {
    const bursts = this.intervals + assumedBursts;
    const mean = (this.errors + assumedBursts * assumed) / bursts;
    const byIntervals = mean + Math.sqrt((mean * (mean - 1)) / bursts);
    const dispersion = (this.squares + assumedErrors * (2 * assumed - 1)) / (this.errors + assumedErrors);
    return Math.max(1, Math.min(byIntervals, (dispersion + 1) / 2));
  }

  /**
   * True if intervals with errors have several bursts in them: then each error tells more than each interval does, which
   * is worth no more than two events, and no more than the harmonic mean of its errors. From earlier intervals alone.
   */
  areMany(size: number): boolean {
    return this.perInterval / size > Math.min(mostPerInterval, 1 / this.inverse);
  }
}
