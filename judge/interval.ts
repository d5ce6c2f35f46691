import type { Counts } from "./observation";

/** The normal distribution's 97.5% quantile: an interval leaves out 2.5% at either side. */
const deviations = 1.96;

/**
 * In which interval an error rate lies with a confidence of 95%, for people to look at: Wilson's score interval, which is good
 * for few requests and few errors too. No verdict is made by it, because it holds for one look only.
 *
 * @returns parts of the requests, 0 to 1; everything is possible without requests.
 * @see https://doi.org/10.1080/01621459.1927.10502953
 */
export function errorInterval({ requests, errors }: Counts): { readonly low: number; readonly high: number } {
  if (requests === 0) return { low: 0, high: 1 };
  const rate = errors / requests;
  const square = deviations ** 2 / requests;
  const middle = (rate + square / 2) / (1 + square);
  const half = Math.sqrt(rate * (1 - rate) * square + (square / 2) ** 2) / (1 + square);
  // At both ends rounding would leave a little.
  return { low: errors === 0 ? 0 : middle - half, high: errors === requests ? 1 : middle + half };
}
