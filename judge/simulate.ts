import type { Counts } from "./observation";

/** Random numbers that are the same for the same seed. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 to below 1: mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** Poisson-distributed, by the normal distribution where the mean is large. */
  poisson(mean: number): number {
    if (mean > 40) {
      const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
    }
    const end = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > end; product *= this.next()) count += 1;
    return count;
  }

  /** Geometrically distributed from 1 on. */
  geometric(mean: number): number {
    return mean === 1 ? 1 : 1 + Math.floor(Math.log(1 - this.next()) / Math.log(1 - 1 / mean));
  }
}

/** What two versions get, and what part of it fails. */
export interface Traffic {
  /** Requests in an interval, both versions together. */
  readonly requests: number;
  /** The canary's percentage. */
  readonly weight: number;
  /** Error rates, 0 to 1. */
  readonly canary: number;
  readonly stable: number;
  /** The mean number of errors that come together. */
  readonly burst: number;
}

/** Several intervals without errors as one, which makes no difference to a judge, or one with errors. */
export interface Simulated {
  readonly intervals: number;
  readonly canary: Counts;
  readonly stable: Counts;
}

/** Draws what two versions count, interval by interval. */
export class Simulation {
  /** How many intervals without errors come first. */
  private quiet: number | undefined;
  private readonly ofCanary: number;
  private readonly ofStable: number;
  private readonly canaryBursts: number;
  private readonly bursts: number;

  constructor(
    private readonly random: Random,
    private readonly traffic: Traffic,
  ) {
    const { requests, weight, canary, stable, burst } = traffic;
    this.ofCanary = (requests * weight) / 100;
    this.ofStable = requests - this.ofCanary;
    this.canaryBursts = (this.ofCanary * canary) / burst;
    this.bursts = this.canaryBursts + (this.ofStable * stable) / burst;
  }

  /** @param most how many intervals without errors may be taken together. */
  next(most: number): Simulated {
    this.quiet ??= Math.floor(-Math.log(1 - this.random.next()) / this.bursts);
    const intervals = Math.max(1, Math.min(most, this.quiet));
    const errors = { canary: 0, stable: 0 };
    if (this.quiet > 0) this.quiet -= intervals;
    else {
      this.quiet = undefined;
      for (let left = oneOrMore(this.random, this.bursts); left > 0; left -= 1) {
        const name = this.random.next() * this.bursts < this.canaryBursts ? "canary" : "stable";
        errors[name] += this.random.geometric(this.traffic.burst);
      }
    }
    const counts = (name: "canary" | "stable", mean: number): Counts => ({
      requests: this.random.poisson(mean * (1 - this.traffic[name]) * intervals) + errors[name],
      errors: errors[name],
    });
    return { intervals, canary: counts("canary", this.ofCanary), stable: counts("stable", this.ofStable) };
  }
}

/** Poisson-distributed, but never 0. */
function oneOrMore(random: Random, mean: number): number {
  // The first event's time within the interval, given that there is one; the others come after it.
  const first = -Math.log(1 - random.next() * -Math.expm1(-mean));
  return 1 + random.poisson(mean - first);
}
