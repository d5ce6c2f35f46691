import { parseStackConfig, type StackConfig } from "../../config";
import { readStack } from "../../engine/stack-file";
import { jobFor, type Place } from "../../probe/ask-plan";
import { StandingClient } from "../../probe/standing-client";
import { isSameData } from "../../values/same-data";
import type { StepContext } from "../../progress/step";
import { chartsOf, type Chart } from "../../rollout/charts";
import { isEnded } from "../../rollout/state";
import { viewOf } from "../../rollout/view";
import { summarizePlan } from "../../traffic/explain";
import { samplesOf, type Sample } from "../../traffic/samples";
import { openRecords, type StackRecords } from "../rollout/open-records";
import { undrivenLine } from "../rollout/undriven";
import type { Session } from "../session";
import { allot, type Allotment } from "./allotment";
import { notesOf, readLivePlan, type LivePlan } from "./live-plan";
import { pictureOf, type Picture } from "./picture";
import { tallyOf, tallyOfFailure, type Tally } from "./tally";
import { slide, type Round } from "./window";

/** Rounds after which a client without answers is replaced. */
const roundsUntilRenewed = 5;

/** How much is sent, and how much of it is looked at. */
export interface WatchOptions {
  /** Requests per second, all rules together. */
  readonly rate: number;
  /** Seconds that are looked at. */
  readonly window: number;
}

/**
 * Sends requests for every rule of the plan that the cluster has, and keeps what came back in a sliding window.
 *
 * What a controller counts itself is not asked: no controller counts by rule, each one names its counters its own way,
 * and without users it has nothing to count.
 */
export class Watcher {
  private readonly started = performance.now();
  private samples: readonly Sample[];
  private client: StandingClient;
  private config: StackConfig;
  private rounds: readonly Round[] = [];
  private sent = 0;
  private unanswered = 0;
  private fileTrouble: string | undefined;
  private liveTrouble: string | undefined;
  private undriven: string | undefined;
  private charts: readonly Chart[] = [];

  constructor(
    private readonly session: Session,
    private live: LivePlan,
    private readonly options: WatchOptions,
  ) {
    this.samples = rulesOf(live);
    this.client = new StandingClient(live.client);
    this.config = session.config();
  }

  /** What is to be shown now. */
  picture(): Picture {
    const { stack } = this.session.file;
    const { plan, words, place } = this.live;
    const now = performance.now();
    this.rounds = slide(this.rounds, this.options.window, now);
    const { fileTrouble, liveTrouble, undriven, charts } = this;
    const notes = notesOf({ stack, live: plan, file: this.config.plan, fileTrouble, liveTrouble, undriven });
    const elapsed = Math.floor((now - this.started) / 1000);
    const scene = {
      stack,
      ...(place ?? nowhere),
      ...this.options,
      plan: words,
      summary: summarizePlan(plan),
      notes,
      charts,
      elapsed,
    };
    return pictureOf({ ...scene, samples: this.samples }, this.rounds);
  }

  /**
   * Reads how the stack's rollout goes, and whether somebody drives it. If the cluster doesn't tell, what was last known
   * stays.
   */
  async rereadRollout(): Promise<void> {
    const opened = openRecords(this.session);
    const [undriven, charts] = await Promise.allSettled([opened.then(undrivenLine), opened.then(chartsUnderWay)]);
    if (undriven.status === "fulfilled") this.undriven = undriven.value;
    if (charts.status === "fulfilled") this.charts = charts.value;
  }

  /** Sends a request or two for each rule that are not counted: the first ones of a process take far longer. */
  async warmUp(): Promise<void> {
    const jobs = this.jobs(this.samples.map(() => ({ count: 2 })));
    await this.client.send(jobs).catch(() => undefined);
  }

  /** Sends a second's worth of requests, and takes down what came back. */
  async sendRound(): Promise<void> {
    const { live, samples } = this;
    if (samples.length === 0) return;
    const allotments = allot(this.options.rate, samples.length, this.sent);
    this.sent += 1;
    const tallies = await this.ask(allotments);
    this.unanswered = tallies.some(({ milliseconds }) => milliseconds.length > 0) ? 0 : this.unanswered + 1;
    if (this.unanswered > 0 && this.unanswered % roundsUntilRenewed === 0) this.client.renew();
    // Answers to another plan don't count for this one.
    if (this.live === live) this.rounds = [...this.rounds, { ended: performance.now(), tallies }];
  }

  /** Reads the stack's file, which may have changed, and may be half written. */
  rereadFile(): void {
    try {
      this.config = parseStackConfig(readStack(this.session.file.stack).config);
      this.fileTrouble = undefined;
    } catch (error) {
      this.fileTrouble = (error as Error).message;
    }
  }

  /** Reads the plan that the cluster has; if it has changed, a new window begins. */
  async rereadPlan(context: StepContext): Promise<void> {
    try {
      const live = await readLivePlan(this.session, context);
      this.liveTrouble = undefined;
      if (isSameLive(live, this.live)) return;
      if (live.client.join(" ") !== this.live.client.join(" ")) {
        this.client.close();
        this.client = new StandingClient(live.client);
      }
      this.live = live;
      this.samples = rulesOf(live);
      this.rounds = [];
    } catch (error) {
      this.liveTrouble = (error as Error).message;
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.client.close();
  }

  private async ask(allotments: readonly Allotment[]): Promise<Tally[]> {
    try {
      const answers = await this.client.send(this.jobs(allotments));
      return answers.map((some) => tallyOf(some, this.versions()));
    } catch (error) {
      const [reason = ""] = (error as Error).message.split("\n");
      return allotments.map(({ count }) => tallyOfFailure(count, reason));
    }
  }

  private jobs(allotments: readonly (Partial<Allotment> & { readonly count: number })[]) {
    const { plan, place = nowhere } = this.live;
    return this.samples.flatMap((sample, index) => {
      const allotment = allotments[index];
      return allotment ? { ...jobFor(plan, sample, place, allotment.count), ...allotment } : [];
    });
  }

  /** How versions are told apart; the stack's file may no longer name one that still serves. */
  private versions(): Parameters<typeof tallyOf>[1] {
    const planned = this.samples.flatMap(({ shares }) => Object.keys(shares)).map((version) => [version, {}]);
    return { ...(Object.fromEntries(planned) as Record<string, object>), ...this.config.versions };
  }
}

async function chartsUnderWay({ records }: StackRecords): Promise<readonly Chart[]> {
  const last = await records.last();
  return last && !isEnded(last) ? chartsOf(viewOf(last)) : [];
}

function isSameLive(left: LivePlan, right: LivePlan): boolean {
  return isSameData([left.plan, left.place], [right.plan, right.place]);
}

/** The rules that requests can show. */
function rulesOf({ plan, place }: LivePlan): readonly Sample[] {
  return place ? samplesOf(plan) : [];
}

/** The address of a stack that nobody can ask: the dashboard shows its plan and rollouts alone. */
const nowhere: Place = { address: "", port: 0 };
