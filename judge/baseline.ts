import { byBound, byBoundPerError } from "./bets";
import type { Counts } from "./observation";
import { Stakes } from "./stakes";

/** How many times the bound a faulty version may have. */
const boundRatios = [2, 4, 10, 40, 200];
const ratioPrior = [0.25, 0.2, 0.2, 0.15, 0.2];
/** What part of the money goes on each bet of {@link betAgainst}: half on intervals, half on errors. */
export const boundPrior = [...ratioPrior, ...ratioPrior].map((part) => part / 2);

/** What stable's error rate is held to be. */
export interface Bound {
  /** The most that it is, as a part of the requests. */
  readonly rate: number;
  /** The mean size of bursts. */
  readonly burst: number;
}

/**
 * Settles the bets that a version's error rate is above a bound.
 *
 * @param allow how many times the bound is allowed.
 * @param first the index of the first bet.
 */
export function betAgainst({ rate, burst }: Bound, allow: number, counts: Counts, stakes: Stakes, first: number): void {
  if (counts.requests === 0) return;
  const mean = rate * allow * counts.requests;
  for (let index = 0; index < boundRatios.length; index += 1) {
    const ratio = boundRatios[index] ?? 1;
    stakes.multiply(first + index, byBound(mean, counts.errors, ratio));
    stakes.multiply(first + boundRatios.length + index, byBoundPerError(mean, counts.errors, ratio, burst));
  }
}

/** Stable's own evidence against its bound from which the bound counts as outdated. */
const outdated = 10;

/**
 * An upper bound of stable's error rate, from its history and from what it does meanwhile; computed again whenever the
 * requests have doubled. A bound that stable itself breaks is dropped: what hits both versions is not the canary's fault.
 */
export class Baseline {
  private requests: number;
  private errors: number;
  private renewals = 0;
  private renewedAt = 0;
  private upper: number | undefined;
  private isOutdated = false;
  private readonly own = new Stakes(boundPrior);

  /** @param risk the probability that any of the bounds is wrong. */
  constructor(
    history: Counts,
    private readonly risk: number,
  ) {
    ({ requests: this.requests, errors: this.errors } = history);
    this.own.stake(1);
  }

  /** The bound, as a part of the requests; nothing before it is known, or if it is outdated. From earlier intervals alone. */
  bound(): number | undefined {
    if (this.isOutdated) return undefined;
    if (this.requests >= Math.max(100, 2 * this.renewedAt)) {
      this.renewedAt = this.requests;
      this.renewals += 1;
      // The risks of all renewals sum up to the risk.
      const risk = this.risk / (this.renewals * (this.renewals + 1));
      this.upper = mostEvents(this.errors, risk) / this.requests;
    }
    return this.upper;
  }

  /** @param bound what stable is compared with; the one before this interval. */
  observe(stable: Counts, bound: Bound | undefined): void {
    if (bound) {
      betAgainst(bound, 1, stable, this.own, 0);
      this.isOutdated ||= this.own.total >= outdated;
    }
    this.requests += stable.requests;
    this.errors += stable.errors;
  }
}

/** The mean above which so few events, or fewer, have at most the given probability: Chernoff's bound for Poisson. */
export function mostEvents(events: number, risk: number): number {
  const nats = -Math.log(risk);
  let most = events + nats + Math.sqrt(2 * events * nats);
  // A fixed point of e - m + e·ln(m/e) = -nats; it is approached from one side.
  for (let round = 0; round < 50 && events > 0; round += 1) most = events + nats + events * Math.log(most / events);
  return events === 0 ? nats : most;
}
