import { Baseline } from "./baseline";
import { Clearance } from "./clearance";
import { checkObservation, sumOfCounts, type Counts, type Observation } from "./observation";
import { settingsOf, type JudgeOptions, type Settings } from "./options";
import { sentenceFor, type Verdict, type Versions } from "./sentence";
import { Suspicion } from "./suspicion";
import { Bursts, Share } from "./traffic";

/** What part of the allowed false rollbacks is for bounds of stable's error rate that are wrong. */
const baselineRisk = 0.1;

/** What is known of a canary. */
export interface Judgement {
  /**
   * `broken`: shown to be worse than allowed; it stays so. `healthy`: shown to be below what is tolerated, by this step's
   * requests. `undecided`: more requests will tell.
   */
  readonly verdict: Verdict;
  readonly evidence: {
    /** How much likelier what was seen is for a broken canary, as a part of what is needed: 1 is enough. */
    readonly broken: number;
    /** The same for a healthy one. */
    readonly healthy: number;
  };
  /** A sentence for people. */
  readonly because: string;
}

/** Judges one canary, from its first requests to its promotion. */
export interface Judge {
  /**
   * Counts what happened since the last observation.
   *
   * @throws UserError for counts that can't be, and for a clock that jumped back; nothing is counted then.
   */
  observe(observation: Observation): Judgement;
}

/**
 * A judge that may be asked at any time and as often as one likes: over the whole rollout it calls at most
 * `falseRollback` of the canaries broken that are as good as stable.
 *
 * @throws UserError for options that are out of range.
 * @see docs/judging.md
 */
export function createJudge(options: JudgeOptions = {}): Judge {
  const settings = settingsOf(options);
  const { falseRollback, falseHealthy, allow, tolerate, margin, history } = settings;
  const limit = 1 / (falseRollback * (1 - baselineRisk));
  const suspicion = new Suspicion();
  const clearance = new Clearance(margin);
  const baseline = new Baseline(history, falseRollback * baselineRisk);
  const share = new Share();
  const bursts = new Bursts();
  /** Stable's, over the rollout. */
  let seen: Counts = { requests: 0, errors: 0 };
  let sums = noCounts();
  let last = -Infinity;
  let step: number | undefined;
  let isBroken = false;

  function weigh(observation: Observation): void {
    const part = share.observe(observation);
    const size = bursts.size(settings.burst);
    const rate = baseline.bound();
    const bound = rate === undefined ? undefined : { rate, burst: size };
    const mixed = observation.mixed ?? 0;
    suspicion.observe(observation, part, ofMix(allow, mixed), bursts.areMany(size) ? size : undefined, bound);
    clearance.observe(observation, part, ofMix(tolerate, mixed), bursts.size(1), seen);
    baseline.observe(observation.stable, bound);
    bursts.observe(observation);
    seen = sumOfCounts(seen, observation.stable);
    isBroken = suspicion.evidence >= limit;
  }

  return {
    observe(observation) {
      checkObservation(observation, last);
      last = observation.at;
      const present = observation.step ?? observation.weight;
      if (step !== undefined && present !== step) {
        suspicion.restart();
        clearance.restart();
        share.restart();
        sums = noCounts();
      }
      step = present;
      sums = {
        canary: sumOfCounts(sums.canary, observation.canary),
        stable: sumOfCounts(sums.stable, observation.stable),
      };
      if (!isBroken) weigh(observation);
      const evidence = { broken: suspicion.evidence / limit, healthy: clearance.evidence * falseHealthy };
      const verdict = isBroken ? "broken" : evidence.healthy >= 1 ? "healthy" : "undecided";
      return new Judged(verdict, evidence, sums, sumOfCounts(history, seen), settings);
    },
  };
}

/** Builds its sentence only if somebody reads it: a simulation observes a million times. */
class Judged implements Judgement {
  constructor(
    readonly verdict: Verdict,
    readonly evidence: Judgement["evidence"],
    private readonly counted: Versions,
    private readonly before: Counts,
    private readonly settings: Settings,
  ) {}

  get because(): string {
    return sentenceFor(this.verdict, this.counted, this.before, this.settings);
  }
}

/**
 * What a ratio to stable's error rate is as a ratio to the rate of requests of which the canary served a part: at `ratio`
 * times stable's, theirs is (1 - part + part * ratio) times stable's.
 */
function ofMix(ratio: number, part: number): number {
  return ratio / (1 - part + part * ratio);
}

function noCounts(): Versions {
  return { canary: { requests: 0, errors: 0 }, stable: { requests: 0, errors: 0 } };
}
