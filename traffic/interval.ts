import quantile from "@stdlib/stats-base-dists-binomial-quantile";

/** How many of a number of requests a version may have served, both ends included. */
export interface CountInterval {
  readonly lowest: number;
  readonly highest: number;
}

/** The confidence of every interval that Sluice prints: a correct split lies outside once in a thousand runs. */
export const confidence = 0.999;

/**
 * The exact central binomial interval: where the planned share holds, the count of `requests` requests drawn one by one
 * lies inside with at least the given {@link confidence}.
 *
 * @param requests how many were sent, at least 1.
 * @param share the planned share, from 0 to 1; 0 and 1 allow no exception.
 */
export function binomialInterval(requests: number, share: number): CountInterval {
  const tail = (1 - confidence) / 2;
  return { lowest: quantile(tail, requests, share), highest: quantile(1 - tail, requests, share) };
}
