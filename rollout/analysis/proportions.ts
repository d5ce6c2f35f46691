import cdf from "@stdlib/stats-base-dists-binomial-cdf";

/** Requests, and how many of them had what is counted: an error, or a long duration. */
export interface Tally {
  readonly requests: number;
  /** From 0 to `requests`. */
  readonly hits: number;
}

/** What a comparison is judged by. */
export interface ComparisonLimits {
  /** How many times as frequent hits may be on the canary, 1 or more. */
  readonly maxRatio: number;
  /** How sure a verdict must be, above 0.5 and below 1. */
  readonly confidence: number;
}

/** A difference that does not matter, however sure it is that there is one: one request in a hundred. */
export const negligible = 0.01;

/**
 * Holds the canary's proportion of hits against stable's.
 *
 * `failed`: hits are significantly more than `maxRatio` times as frequent. By the conditional test of Przyborowski and
 * Wilenski (1940): if they were just `maxRatio` times as frequent, then of all hits each would be the canary's with
 * probability nR / (nR + m) for n requests on the canary and m on stable; as many on the canary as were seen, or more,
 * must have a probability of at most 1 - confidence. It is exact for counts of rare events, and errs towards "cannot
 * tell" for frequent ones. It holds too where a hit is "slower than one of stable's own values": the count of values
 * above an order statistic has the same tail.
 *
 * `passed`: the canary was tried enough. A canary that is worse by what matters, that is with hits on more than
 * `maxRatio` times stable's proportion (its lower Clopper-Pearson bound, as few requests on stable prove little) and
 * {@link negligible} on top, would with the given confidence have had more than were seen. Without any hits 299
 * requests on the canary are enough for 0.95, and 459 for 0.99, whether or not stable has had any.
 *
 * `no data`: neither; more requests may tell.
 *
 * Each round's verdict is as sure as that for itself: over many rounds the chance of a wrong one grows, but a canary no
 * worse than stable has its distance to `maxRatio` for a reserve.
 *
 * @see https://doi.org/10.1093/biomet/31.3-4.313 and https://doi.org/10.1093/biomet/26.4.404
 */
export function compareProportions(
  canary: Tally,
  stable: Tally,
  { maxRatio, confidence }: ComparisonLimits,
): "passed" | "failed" | "no data" {
  const risk = 1 - confidence;
  const weight = canary.requests * maxRatio;
  const share = weight === 0 ? 0 : weight / (weight + stable.requests);
  if (atLeast(canary.hits, canary.hits + stable.hits, share) <= risk) return "failed";
  const worse = Math.min(1, maxRatio * lowerBound(stable, risk) + negligible);
  return canary.requests > 0 && cdf(canary.hits, canary.requests, worse) <= risk ? "passed" : "no data";
}

/** The probability of at least so many hits in a number of trials. */
function atLeast(hits: number, trials: number, probability: number): number {
  return hits === 0 ? 1 : 1 - cdf(hits - 1, trials, probability);
}

/** The proportion below which as many hits as were seen, or more, would have a probability of less than the risk. */
function lowerBound({ requests, hits }: Tally, risk: number): number {
  let [low, high] = [0, requests === 0 ? 0 : hits / requests];
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (atLeast(hits, requests, middle) < risk) low = middle;
    else high = middle;
  }
  return low;
}
