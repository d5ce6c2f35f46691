import { createJudge, type Counts, type JudgeOptions } from "../../judge";
import { Random, Simulation, type Traffic } from "../../judge/simulate";

/** Traffic by the second. */
export type Situation = Omit<Traffic, "requests"> & {
  readonly rate: number;
  /** True if the judge knows stable's hour before the rollout. */
  readonly isKnown?: boolean;
};

/** The rollouts of a situation are told apart by their random numbers' seeds: those from the first to the last. */
export interface Seeds {
  readonly first: number;
  readonly last: number;
}

const hour = 3600;

/** How many of the rollouts of an hour take a canary back. */
export function brokenAmong(situation: Situation, { first, last }: Seeds, options: JudgeOptions = {}): number {
  let broken = 0;
  for (let seed = first; seed <= last; seed += 1) if (verdictAt(situation, seed, options, hour) < Infinity) broken += 1;
  return broken;
}

/** After how many seconds each of the rollouts has its verdict "broken"; Infinity for those that don't within a day. */
export function detections(
  situation: Situation,
  simulations: number,
  before: Situation | undefined,
  options: JudgeOptions = {},
): number[] {
  return Array.from({ length: simulations }, (_, index) =>
    verdictAt(situation, index + 1, options, 24 * hour, before),
  ).sort((left, right) => left - right);
}

/** The second of the verdict, of the situation's own; `before` comes before it, for ten minutes. */
function verdictAt(
  situation: Situation,
  seed: number,
  options: JudgeOptions,
  longest: number,
  before?: Situation,
): number {
  const random = new Random(seed * 7919);
  const judge = createJudge(situation.isKnown ? { ...options, history: hourBefore(situation, random) } : options);
  const earlier = before ? 600 : 0;
  let seconds = 0;
  for (const [part, end] of [[before, earlier] as const, [situation, earlier + longest] as const]) {
    if (!part) continue;
    const simulation = new Simulation(random, { ...part, requests: part.rate });
    while (seconds < end) {
      const { intervals, canary, stable } = simulation.next(end - seconds);
      seconds += intervals;
      const { verdict } = judge.observe({ at: seconds * 1000, weight: part.weight, canary, stable });
      if (verdict === "broken") return Math.max(0, seconds - earlier);
    }
  }
  return Infinity;
}

/** What stable counts in an hour with all of the traffic. */
function hourBefore({ rate, stable, burst }: Situation, random: Random): Counts {
  const bursts = random.poisson((hour * rate * stable) / burst);
  let errors = 0;
  for (let left = bursts; left > 0; left -= 1) errors += random.geometric(burst);
  return { requests: errors + random.poisson(hour * rate * (1 - stable)), errors };
}

/**
 * The seconds that any test needs on average at least: ln(100) divided by the information of a second, where the baseline
 * is not known (Poisson streams of errors, of which only the canary's part tells).
 */
export function informationBound({ rate, weight, canary, stable }: Situation): number {
  const [ofCanary, ofStable] = [(rate * weight) / 100, rate * (1 - weight / 100)];
  const errors = ofCanary * canary + ofStable * stable;
  const [claimed, alike] = [(ofCanary * canary) / errors, weight / 100];
  const information = claimed * Math.log(claimed / alike) + (1 - claimed) * Math.log((1 - claimed) / (1 - alike));
  return Math.log(100) / (errors * information);
}
