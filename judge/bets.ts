/** What an error on the canary, and one on stable, are worth to a bet. */
export interface Odds {
  readonly canary: number;
  readonly stable: number;
}

/**
 * The odds of a bet on "an error is the canary's with probability `claimed`" against "with probability `null`", which
 * follows from the shares of requests whatever the common error rate is.
 *
 * @param share the canary's share of the requests, above 0 and below 1.
 * @see https://arxiv.org/abs/2011.03567 (Lindon, Malek 2020)
 */
export function oddsOf(share: number, nullRatio: number, claimedRatio: number): Odds {
  const mean = probability(share, nullRatio);
  const claimed = probability(share, claimedRatio);
  return { canary: claimed / mean, stable: (1 - claimed) / (1 - mean) };
}

/** With which probability an error is the canary's if its error rate is so many times stable's. */
function probability(share: number, ratio: number): number {
  return (ratio * share) / (ratio * share + 1 - share);
}

/**
 * All errors of one interval as a single event: the canary's part of them is what the bet is settled by. Whatever makes
 * errors come together in one interval (retries, one client, one dying pod), the part's expectation stays the same, so
 * bursts of any size can't break the promise. At most one event per interval can be won.
 *
 * @see https://arxiv.org/abs/2010.09686 (Waudby-Smith, Ramdas: means of bounded variables by betting)
 */
export function byInterval({ canary, stable }: Odds, canaryErrors: number, stableErrors: number): number {
  const part = canaryErrors / (canaryErrors + stableErrors);
  return part * canary + (1 - part) * stable;
}

/**
 * Each error by itself, for intervals with many; discounted so that bursts with a mean size of up to `burst` (and
 * geometrically distributed sizes, or less scattered ones) have no expected gain.
 */
export function byError({ canary, stable }: Odds, canaryErrors: number, stableErrors: number, burst: number): number {
  const [ofCanary, ofStable] = [discounted(canary, burst), discounted(stable, burst)];
  if (canaryErrors + stableErrors <= few) return powerOf(ofCanary, canaryErrors) * powerOf(ofStable, stableErrors);
  return factorOf(canaryErrors * Math.log(ofCanary) + stableErrors * Math.log(ofStable));
}

/**
 * The factor per error by which a whole burst comes to the given factor on average: the inverse of the geometric
 * distribution's generating function.
 */
export function discounted(factor: number, burst: number): number {
  return (burst * factor) / (1 + (burst - 1) * factor);
}

/**
 * An interval with or without errors, for a bet on "the error rate is `ratio` times the bound" against "it is at most the
 * bound": by the probabilities of no error at all, e^-mean and e^-(ratio * mean), and of some. Bursts can't break it, as
 * there are at most as many bursts as errors.
 *
 * @param mean how many errors the bound allows on average.
 */
export function byBound(mean: number, errors: number, ratio: number): number {
  return errors === 0 ? Math.exp((1 - ratio) * mean) : Math.expm1(-ratio * mean) / Math.expm1(-mean);
}

/** The same bet settled by each error, discounted as by {@link byError}: for intervals that hardly ever have none. */
export function byBoundPerError(mean: number, errors: number, ratio: number, burst: number): number {
  const [gain, loss] = [discounted(ratio, burst), ((ratio - 1) * mean) / burst];
  return errors <= few ? powerOf(gain, errors) * factorOf(-loss) : factorOf(errors * Math.log(gain) - loss);
}

/** So few errors are multiplied one by one, which takes a third of the time of logarithms and can't overflow. */
const few = 16;

function powerOf(factor: number, errors: number): number {
  let power = 1;
  for (let error = 0; error < errors; error += 1) power *= factor;
  return power;
}

/** Bounded, as a gain that is cut breaks no promise, and an infinite one times a lost stake isn't a number. */
function factorOf(logarithm: number): number {
  return Math.exp(Math.min(500, logarithm));
}
