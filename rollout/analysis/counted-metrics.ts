import type { MetricConfig } from "../../config/rollout-metrics";
import { UserError } from "../../progress/user-error";
import { routers } from "../../routers";
import type { MetricsPage } from "../../routers/router";
import type { CheckResult } from "../check";
import { Meter, type Growth, type ReadPages } from "../counters/meter";
import type { Subject } from "../subject";
import { Comparison } from "./comparison";
import { controllerSeries } from "./controller-series";
import { countedReadings } from "./counted-readings";
import { judgeBuiltIn } from "./judge-metric";
import type { Counts } from "./readings";
import type { Finding } from "./threshold";

/** The way to the metrics pages of what reads the stack's routes. */
export type ReadController = (page: MetricsPage, ...args: Parameters<ReadPages>) => ReturnType<ReadPages>;

/** What is known between two rounds. */
export type Watched = Omit<Subject, "place">;

/** What counted metrics are read by. */
export interface CountedEdges {
  /** The way to the controller; nothing where none is known. */
  readonly read?: ReadController;
  /** Stable's requests of the last hour, where somebody has kept them; an error is as good as none. */
  readonly history?: (subject: Watched, signal: AbortSignal) => Promise<Counts> | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Milliseconds of a step in which durations are not compared: new pods answer slowly at first. */
const warmUpMilliseconds = 30_000;

/** Milliseconds after which a step without requests is one that no users come to. */
const patienceMilliseconds = 5000;

/** In how many looks there must be requests of others than Sluice, as the controller may count one of its own late. */
const looksWithUsers = 3;

/** The metrics that are read from the controller's own counters, by looks about once a second. */
export class CountedMetrics {
  private readonly comparisons: ReadonlyMap<MetricConfig, Comparison>;
  /** What comparisons have come to in this step. */
  private readonly findings = new Map<MetricConfig, Finding>();
  /** Whose failure a round of checks has told. */
  private readonly told = new Set<MetricConfig>();
  private meter: Meter | undefined;
  private of = "";
  private step = NaN;
  private looking: Promise<void> | undefined;
  private hasRead = false;
  /** Requests of Sluice's own in this step that the controller has not counted yet, and looks with any other. */
  private own = 0;
  private usersSeen = 0;
  /** The same before the first step counted. */
  private ownBefore = 0;

  /**
   * @param metrics with source `controller`.
   * @param among how many metrics share the risk of a false rollback.
   */
  constructor(
    private readonly metrics: readonly MetricConfig[],
    among: number,
    private readonly edges: CountedEdges,
  ) {
    this.comparisons = new Map(
      metrics.flatMap((metric) => {
        const { name, compare } = metric;
        return compare ? [[metric, new Comparison({ name, compare }, among)] as const] : [];
      }),
    );
  }

  /**
   * Looks at the counters, if a metric is read from them, and lets comparisons see what is new.
   *
   * @throws UserError where they can't be read, with what to change; the signal's reason where that is aborted.
   */
  async look(subject: Watched, signal: AbortSignal): Promise<void> {
    if (this.metrics.length === 0) return;
    // A round and the watch between two rounds may look at the same time: what is new must be seen once.
    this.looking ??= this.lookOnce(subject, signal).finally(() => (this.looking = undefined));
    await this.looking;
  }

  /** True once the counters could be read. */
  get isReadable(): boolean {
    return this.hasRead;
  }

  /** True where the step was looked at for a while, and nobody but Sluice has sent requests. */
  get isWithoutUsers(): boolean {
    const since = this.meter?.since;
    return since !== undefined && this.edges.now() >= since + patienceMilliseconds && !this.hasUsers;
  }

  /** Tells of requests that Sluice sends to the stack. */
  expectOwn(requests: number): void {
    this.own += requests;
    if (this.meter?.isBefore) this.ownBefore += requests;
  }

  /** Why the canary is shown to be worse than allowed, if it is and no round of checks has told so yet. */
  alarm(): string | undefined {
    const isNews = ([metric, { verdict }]: readonly [MetricConfig, Finding]) =>
      verdict === "failed" && !this.told.has(metric);
    return [...this.findings].find(isNews)?.[1].message;
  }

  /**
   * What a metric comes to by the last look.
   *
   * @param seconds how far a threshold looks back, within the step.
   */
  check(metric: MetricConfig, subject: Subject, seconds: number): Promise<CheckResult> {
    const { meter } = this;
    if (!meter) throw new Error("metrics are checked after a look");
    const period = `in the last ${seconds}s`;
    const readings = countedReadings(period, (role) => meter.last(role, 1000 * seconds), meter.total("stable"));
    const finding = this.findings.get(metric) ?? notYet(metric, subject);
    if (finding.verdict === "failed") this.told.add(metric);
    return judgeBuiltIn(metric, subject, readings, metric.compare && (() => Promise.resolve(finding)));
  }

  private async lookOnce(subject: Watched, signal: AbortSignal): Promise<void> {
    const { history, now } = this.edges;
    const meter = this.meterFor(subject);
    const growth = await meter.look(subject.since, signal);
    this.hasRead = true;
    if (subject.since !== this.step) {
      this.step = subject.since;
      this.findings.clear();
      this.told.clear();
      this.own = this.usersSeen = 0;
    }
    if (!growth) return;
    this.noteUsers(growth);
    if (!this.hasUsers) return;
    const kept = async () => history?.(subject, signal)?.catch(() => undefined);
    const before = async () => (await kept()) ?? this.usersBefore(meter);
    const readings = countedReadings("in the last second", (role) => growth[role], meter.total("stable"), before);
    for (const [metric, comparison] of this.comparisons) {
      if (metric.name === "request-duration" && now() < subject.since + warmUpMilliseconds) continue;
      this.findings.set(metric, await comparison.observe(readings, "round", subject, now()));
    }
  }

  /** Users' requests on stable while the rollout was being prepared. */
  private usersBefore({ stableBefore: { requests, failed } }: Meter): Counts {
    const ofUsers = Math.max(0, requests - this.ownBefore);
    return { requests: ofUsers, failed: Math.min(failed, ofUsers) };
  }

  private get hasUsers(): boolean {
    return this.usersSeen >= looksWithUsers;
  }

  private noteUsers({ canary, stable }: Growth): void {
    const requests = canary.requests + stable.requests;
    if (requests > this.own) this.usersSeen += 1;
    this.own = Math.max(0, this.own - requests);
  }

  /** @throws UserError where nobody counts the subject's requests by version. */
  private meterFor(subject: Watched): Meter {
    const { plan, workload } = subject;
    const { metricsPage } = routers[plan.router];
    const [canary, stable] = [controllerSeries(subject, "canary"), controllerSeries(subject, "stable")];
    const { read, now } = this.edges;
    if (!metricsPage || !canary || !(stable ?? subject.predecessor))
      throw new UserError(
        `Sluice knows no counts of the requests of ${workload} by version under router ${plan.router}`,
        "SLUICE1603",
      );
    if (!read)
      throw new UserError(
        "the controller's counters can't be read: set ingressController.service to its Service, namespace/name",
        "SLUICE1603",
      );
    const series = { canary, ...(stable && { stable }) };
    const of = JSON.stringify(series);
    if (!this.meter || of !== this.of) this.meter = new Meter(series, (...args) => read(metricsPage, ...args), now);
    this.of = of;
    return this.meter;
  }
}

function notYet({ name }: MetricConfig, { canary }: Subject): Finding {
  const what =
    name === "request-duration"
      ? `durations on ${canary} are compared from the step's ${warmUpMilliseconds / 1000}th second on`
      : `the requests on ${canary} in this step are being counted`;
  return { verdict: "no data", message: `${what}: cannot tell yet` };
}
