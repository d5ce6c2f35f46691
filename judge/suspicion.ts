import { betAgainst, boundPrior, type Bound } from "./baseline";
import { byError, byInterval, oddsOf } from "./bets";
import type { Observation } from "./observation";
import { Stakes } from "./stakes";

/** How many times the allowed error rate a faulty canary may have, and what part of the money goes on each. */
const ratios = [2, 3, 4, 6, 9, 14, 25, 60];
const ratioPrior = [0.15, 0.2, 0.18, 0.17, 0.1, 0.08, 0.06, 0.06];

/** Beside stable, and against the baseline. */
const kindPrior = [0.7, 0.3];

/** What part of the reserve is staked on a fault that begins now. */
const stakedAtStart = 0.75;
const stakedAtStep = 0.25;
const stakedAtErrors = 0.01;

/** Evidence that the canary is worse than allowed, over the whole rollout. */
export class Suspicion {
  private readonly stakes = new Stakes([
    ...ratioPrior.map((ratio) => (kindPrior[0] ?? 0) * ratio),
    ...boundPrior.map((ratio) => (kindPrior[1] ?? 0) * ratio),
  ]);

  constructor() {
    this.stakes.stake(stakedAtStart);
  }

  /** How many times likelier the errors are made by a fault. */
  get evidence(): number {
    return this.stakes.total;
  }

  /** A step begins, and perhaps a fault with it. */
  restart(): void {
    this.stakes.stake(stakedAtStep);
  }

  /**
   * @param share the canary's share of the requests.
   * @param allow how many times stable's error rate is allowed.
   * @param burst the mean size of bursts if each error is to count; without it an interval is one event.
   * @param bound an upper bound of stable's error rate, if one is known.
   */
  observe(
    { canary, stable }: Observation,
    share: number,
    allow: number,
    burst: number | undefined,
    bound: Bound | undefined,
  ): void {
    const { stakes } = this;
    const hasErrors = canary.errors + stable.errors > 0;
    if (hasErrors && share > 0 && share < 1)
      for (let index = 0; index < ratios.length; index += 1) {
        const ratio = ratios[index] ?? 1;
        const odds = oddsOf(share, allow, allow * ratio);
        const factor =
          burst === undefined
            ? byInterval(odds, canary.errors, stable.errors)
            : byError(odds, canary.errors, stable.errors, burst);
        stakes.multiply(index, factor);
      }
    if (bound) betAgainst(bound, allow, canary, stakes, ratios.length);
    if (hasErrors) stakes.stake(stakedAtErrors);
  }
}
