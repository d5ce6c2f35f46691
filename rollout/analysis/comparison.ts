import type { MetricConfig } from "../../config/rollout-metrics";
import { createJudge, sumOfCounts, type Counts, type Judge } from "../../judge";
import type { Subject } from "../subject";
import type { Role } from "./controller-series";
import type { Readings } from "./readings";
import type { Finding } from "./threshold";

/** What a comparison may find. */
export type CompareConfig = NonNullable<MetricConfig["compare"]>;

/** `at most 1.5 times as many failed requests as on v1`. */
export function comparisonWords({ maxRatio }: CompareConfig, what: string, stable: string): string {
  return `at most ${maxRatio} times as many ${what} requests as on ${stable}`;
}

type Versions = Pick<Subject, "canary" | "stable" | "since" | "predecessor">;

/** Counts of both versions. */
type Both = Readonly<Record<Role, Counts>>;

/**
 * Compares a metric of the canary with stable's, in all rounds of a rollout: by a test that may be looked at in each of
 * them. What it has seen is lost with its driver; the next one starts over.
 */
export class Comparison {
  private judge: Judge | undefined;
  private of = "";
  /** Milliseconds; requests that take longer are slow. Fixed before they are counted. */
  private bound: number | undefined;
  /** The step's requests as they were counted last. */
  private counted: Both = nothing;
  private since = NaN;
  private at = -Infinity;
  /** All that the judge has seen, and since when. */
  private seen: Both = nothing;
  private begun = 0;

  /**
   * @param metric a built-in metric with `compare`.
   * @param among how many metrics share the risk of a false rollback.
   */
  constructor(
    private readonly metric: Pick<MetricConfig, "name"> & { readonly compare: CompareConfig },
    private readonly among: number,
  ) {}

  /**
   * @param readings of this round alone, or of the step so far.
   * @throws UserError where there are none.
   */
  async observe(readings: Readings, of: "round" | "step", subject: Versions, now: number): Promise<Finding> {
    this.restartFor(subject);
    const isRate = this.metric.name === "request-success-rate";
    const { canary: version, stable: former, predecessor } = subject;
    const past = predecessor?.[this.metric.name];
    if (predecessor && !past) return unknownPast(version, former);
    if (!isRate) this.bound ??= past?.slowerThan;
    if (!isRate && this.bound === undefined) return this.findBound(readings, subject);
    const roles = predecessor ? (["canary"] as const) : (["canary", "stable"] as const);
    const read = await (isRate ? failuresOf(readings, roles) : slowOf(readings, roles, this.bound ?? Infinity));
    if (!this.judge) {
      this.judge = await this.judgeFor(readings, subject);
      this.seen = nothing;
      this.begun = now;
    }
    const { canary, stable } = of === "round" ? read : this.growthTo(read);
    // The clock may be set back; evidence doesn't depend on it.
    this.at = Math.max(this.at, now);
    const all = canary.requests + stable.requests;
    const { verdict, because, evidence } = this.judge.observe({
      at: this.at,
      step: subject.since,
      weight: all === 0 ? 0 : (100 * canary.requests) / all,
      mixed: readings.canaryShareOfStable,
      canary,
      stable,
    });
    this.seen = { canary: sumOfCounts(this.seen.canary, canary), stable: sumOfCounts(this.seen.stable, stable) };
    const compared = {
      since: this.begun,
      ...this.seen,
      evidence: Number(evidence.broken.toPrecision(3)),
      ...(this.bound !== undefined && { slowerThan: this.bound }),
    };
    return { verdict: verdicts[verdict], message: because, compared };
  }

  private restartFor({ canary, stable, since }: Versions): void {
    const of = JSON.stringify([canary, stable]);
    if (of !== this.of) this.judge = this.bound = undefined;
    if (of !== this.of || since !== this.since) this.counted = nothing;
    this.of = of;
    this.since = since;
  }

  /** The first round finds out what is slow on stable, and isn't counted itself: its bound would depend on its counts. */
  private async findBound(readings: Readings, { canary, stable }: Versions): Promise<Finding> {
    const { requests, bound } = await (readings.usual?.() ?? readings.durations("stable"));
    if (bound === undefined) {
      const reached = requests === 0 ? "no requests" : `only ${requests} requests`;
      return { verdict: "no data", message: `${reached} reached ${stable} ${readings.period}: cannot tell yet` };
    }
    this.bound = bound;
    this.counted = await slowOf(readings, ["canary", "stable"], bound);
    const slow = readings.usual
      ? `by the requests on ${stable}, one that takes longer than ${spell(bound)}ms is slow`
      : `1 of 100 requests on ${stable} takes longer than ${spell(bound)}ms`;
    const message = `${slow}: ${canary} is compared by that from the next round on`;
    return { verdict: "no data", message };
  }

  private async judgeFor(readings: Readings, { canary, stable, predecessor }: Versions): Promise<Judge> {
    const { maxRatio, confidence } = this.metric.compare;
    const history = await this.historyOf(readings, predecessor);
    return createJudge({
      falseRollback: (1 - confidence) / this.among,
      allow: maxRatio,
      tolerate: maxRatio,
      ...(history && { history }),
      words: {
        canary,
        stable,
        erred: this.bound === undefined ? "failed" : `took longer than ${spell(this.bound)}ms`,
      },
    });
  }

  private async historyOf(readings: Readings, predecessor: Versions["predecessor"]): Promise<Counts | undefined> {
    if (predecessor) return predecessor[this.metric.name];
    const history = this.bound === undefined ? await readings.history?.() : undefined;
    return history && countsOf(history);
  }

  /** What came since the last round. Prometheus estimates after a restart: a count that falls a little has not grown. */
  private growthTo(read: Both): Both {
    const growth = (role: Role): Counts => {
      const before = this.counted[role];
      const requests = Math.max(0, read[role].requests - before.requests);
      return { requests, errors: Math.min(requests, Math.max(0, read[role].errors - before.errors)) };
    };
    const most = (role: Role): Counts => ({
      requests: Math.max(read[role].requests, this.counted[role].requests),
      errors: Math.max(read[role].errors, this.counted[role].errors),
    });
    const grown = { canary: growth("canary"), stable: growth("stable") };
    this.counted = { canary: most("canary"), stable: most("stable") };
    return grown;
  }
}

const nothing: Both = { canary: { requests: 0, errors: 0 }, stable: { requests: 0, errors: 0 } };

const verdicts = { broken: "failed", healthy: "passed", undecided: "no data" } as const;

function failuresOf(readings: Readings, roles: readonly Role[]): Promise<Both> {
  return both(roles, async (role) => countsOf(await readings.counts(role)));
}

function slowOf(readings: Readings, roles: readonly Role[], bound: number): Promise<Both> {
  return both(roles, async (role) => {
    const durations = await readings.durations(role);
    return { requests: durations.requests, errors: durations.slowerThan(bound) };
  });
}

/** Counts of the versions that users are sent to; the other has none. */
async function both(roles: readonly Role[], countsFor: (role: Role) => Promise<Counts>): Promise<Both> {
  const counted = await Promise.all(roles.map(async (role) => [role, await countsFor(role)] as const));
  return { ...nothing, ...Object.fromEntries(counted) };
}

function unknownPast(canary: string, stable: string): Finding {
  const message = `too few requests on ${stable} were counted before the promotion to compare ${canary} with them`;
  return { verdict: "no data", message };
}

function spell(milliseconds: number): string {
  return String(Number(milliseconds.toFixed(1)));
}

function countsOf({ requests, failed }: { readonly requests: number; readonly failed: number }): Counts {
  return { requests, errors: Math.min(failed, requests) };
}
