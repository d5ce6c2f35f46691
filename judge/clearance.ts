import { byBoundPerError, byError, byInterval, oddsOf } from "./bets";
import type { Counts, Observation } from "./observation";
import { Stakes } from "./stakes";

/** What part of the tolerated error rate a healthy canary may have. */
const parts = [0.03, 0.2, 0.4, 0.65, 0.85];
const partPrior = [0.4, 0.2, 0.15, 0.15, 0.1];
/** By intervals and by errors beside stable, and by the canary's own rate. */
const kindPrior = [0.2, 0.2, 0.6];

/** How many standard deviations below its mean stable's error rate is taken to be. */
const caution = 3;
/** Beyond what is needed evidence isn't kept, so that a fault that begins takes it away soon. */
const most = 1000;

/** Evidence, within one step, that the canary is no worse than tolerated: than `tolerate` times stable and the margin. */
export class Clearance {
  private stakes = freshStakes();

  /** @param margin what it may have on top of the tolerated rate, as a part of its requests. */
  constructor(private readonly margin: number) {}

  /** How many times likelier the errors are made by a canary that is fine. */
  get evidence(): number {
    return this.stakes.total;
  }

  /** A step begins: what was shown before was shown of less traffic. */
  restart(): void {
    this.stakes = freshStakes();
  }

  /**
   * @param share the canary's share of the requests.
   * @param tolerate how many times stable's error rate is tolerable.
   * @param burst the mean size of bursts.
   * @param seen stable's requests and errors before this interval.
   */
  observe({ canary, stable }: Observation, share: number, tolerate: number, burst: number, seen: Counts): void {
    const { margin, stakes } = this;
    const isCompared = canary.errors + stable.errors > 0 && share > 0 && share < 1;
    const limit = Math.min(1, tolerate * leastRate(seen, burst) + margin);
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index] ?? 1;
      if (isCompared) {
        const odds = oddsOf(share, tolerate, tolerate * part);
        stakes.multiply(index, byInterval(odds, canary.errors, stable.errors));
        stakes.multiply(parts.length + index, byError(odds, canary.errors, stable.errors, burst));
      }
      stakes.multiply(2 * parts.length + index, byBoundPerError(limit * canary.requests, canary.errors, part, burst));
    }
    const { total } = stakes;
    if (total > most) stakes.shrink(most / total);
  }
}

function freshStakes(): Stakes {
  const stakes = new Stakes(kindPrior.flatMap((kind) => partPrior.map((part) => kind * part)));
  stakes.stake(1);
  return stakes;
}

/** Below stable's error rate in all likelihood. */
function leastRate({ requests, errors }: Counts, burst: number): number {
  if (requests === 0) return 0;
  return Math.max(0, errors - caution * Math.sqrt((2 * burst - 1) * errors)) / requests;
}
