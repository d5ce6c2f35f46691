import type { Role } from "../../routers/router";
import { sumOf, Tally, type Count, type Pages, type SeriesByRole } from "./tally";

/** Reads the counters of these names, of every pod of the controller. */
export type ReadPages = (names: ReadonlySet<string>, signal: AbortSignal) => Promise<Pages>;

/** Both versions' requests in a period. */
export type Growth = Readonly<Record<Role, Count>>;

/**
 * Milliseconds until the requests of a step count from its first look on: those by which Sluice has measured the split are
 * no evidence, and a controller counts with some delay (ingress-nginx's workers report once a second).
 */
const settleMilliseconds = 1500;

/** How far back counts are kept: the longest window of a metric. */
const keptMilliseconds = 24 * 3_600_000;

/** The counters of a rollout's versions, looked at again and again. */
export class Meter {
  private readonly tally: Tally;
  private step = NaN;
  private firstLook = 0;
  private begun: number | undefined;
  private looks: { readonly at: number; readonly growth: Growth }[] = [];
  private before = sumOf([]);
  private hasCounted = false;

  /** @param now milliseconds. */
  constructor(
    series: SeriesByRole,
    private readonly read: ReadPages,
    private readonly now: () => number,
  ) {
    this.tally = new Tally(series);
  }

  /** Since when the step's requests count, in milliseconds; nothing before that. */
  get since(): number | undefined {
    return this.begun;
  }

  /**
   * Looks once.
   *
   * @param step the counts start from 0 when it changes.
   * @returns what came since the look before; nothing while requests of the step don't count yet.
   * @throws UserError if nothing can be read; the signal's reason if that is aborted.
   */
  async look(step: number, signal: AbortSignal): Promise<Growth | undefined> {
    const growth = this.tally.add(await this.read(this.tally.names, signal));
    const at = this.now();
    if (step !== this.step) {
      this.step = step;
      this.firstLook = at;
      this.begun = undefined;
      this.looks = [];
    }
    if (this.isBefore) this.before = sumOf([this.before, growth.stable]);
    if (this.begun === undefined) {
      if (at < this.firstLook + settleMilliseconds) return undefined;
      this.begun = at;
      this.hasCounted = true;
      return undefined;
    }
    this.looks = [...this.looks.filter((one) => one.at > at - keptMilliseconds), { at, growth }];
    return growth;
  }

  /** A version's requests of the step, as far as they came in the last milliseconds. */
  last(role: Role, milliseconds: number): Count {
    const from = this.now() - milliseconds;
    return sumOf(this.looks.filter(({ at }) => at > from).map(({ growth }) => growth[role]));
  }

  /** True until the first step's requests count. */
  get isBefore(): boolean {
    return !this.hasCounted;
  }

  /** Stable's requests from the first look on until the first step's requests counted. */
  get stableBefore(): Count {
    return this.before;
  }

  /** A version's requests since the controller's pods were started. */
  total(role: Role): Count {
    return this.tally.total(role);
  }
}
