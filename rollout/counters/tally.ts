import type { ControllerSeries, Counters, Role } from "../../routers/router";
import { secondsIn } from "../analysis/durations";
import type { Sample } from "./exposition";

/** A version's requests, failures and durations. */
export interface Count {
  readonly requests: number;
  /** How many of them were answered by 5xx. */
  readonly failed: number;
  /** How many took at most so many seconds, by the seconds. */
  readonly durations: ReadonlyMap<number, number>;
}

/** Where each version's requests are counted; a version that nobody is sent to has none. */
export type SeriesByRole = Readonly<Partial<Record<Role, ControllerSeries>>>;

/** What was read of a controller's pods, by the pods' ids; nothing of a pod that could not be read. */
export type Pages = ReadonlyMap<string, readonly Sample[] | undefined>;

/** How many requests a series counts for a version, and as what. */
interface Counter {
  readonly role: Role;
  /** Seconds for a bucket of durations. */
  readonly as: "good" | "failed" | number;
  readonly value: number;
}

/** The counters of a pod by series. */
type Page = ReadonlyMap<string, Counter>;

/**
 * Adds the counters of a controller's pods up, reading by reading. Counts never fall:
 * - a pod that came after the first reading counts from 0, and one that is gone keeps what it has counted;
 * - a counter that is lower than before was reset, as by a restart, and counts with what it has since;
 * - a pod that can't be read for a while makes up for it at its next reading.
 */
export class Tally {
  /** What each pod had counted at its last reading; nothing for one that was there at the first one, and not read yet. */
  private pods: Map<string, Page | undefined> | undefined;

  constructor(private readonly series: SeriesByRole) {}

  /** The names of the series that must be read. */
  get names(): ReadonlySet<string> {
    const all = Object.values(this.series);
    return new Set(all.flatMap(({ requests, durations }) => [requests.metric, durations.metric]));
  }

  /** Takes a reading up. @returns how many requests there were since the one before; none at the first one. */
  add(pages: Pages): Readonly<Record<Role, Count>> {
    this.pods ??= new Map([...pages.keys()].map((id) => [id, undefined]));
    const growth = { canary: new Sum(), stable: new Sum() };
    for (const [id, samples] of pages) {
      if (!samples) continue;
      const now = this.countersIn(samples);
      const before = this.pods.has(id) ? this.pods.get(id) : new Map<string, Counter>();
      this.pods.set(id, now);
      if (!before) continue;
      for (const [series, counter] of now) {
        const had = before.get(series)?.value ?? 0;
        growth[counter.role].add(counter, counter.value < had ? counter.value : counter.value - had);
      }
    }
    return growth;
  }

  /** All that the pods have counted for a version since they were started. */
  total(role: Role): Count {
    const sum = new Sum();
    for (const page of this.pods?.values() ?? [])
      for (const counter of page?.values() ?? []) if (counter.role === role) sum.add(counter, counter.value);
    return sum;
  }

  private countersIn(samples: readonly Sample[]): Map<string, Counter> {
    const found = new Map<string, Counter>();
    for (const sample of samples)
      for (const role of ["canary", "stable"] as const) {
        const series = this.series[role];
        const as = series && meaningOf(sample, series);
        if (as === undefined || !Number.isFinite(sample.value)) continue;
        found.set(JSON.stringify([role, sample.name, Object.entries(sample.labels).sort()]), { role, as, ...sample });
      }
    return found;
  }
}

/** Several counts of a version as one. */
export function sumOf(counts: readonly Count[]): Count {
  const sum = new Sum();
  for (const { requests, failed, durations } of counts) {
    sum.requests += requests;
    sum.failed += failed;
    for (const [seconds, count] of durations) sum.addDurations(seconds, count);
  }
  return sum;
}

class Sum implements Count {
  requests = 0;
  failed = 0;
  readonly durations = new Map<number, number>();

  add({ as }: Counter, count: number): void {
    if (typeof as === "number") return this.addDurations(as, count);
    this.requests += count;
    if (as === "failed") this.failed += count;
  }

  addDurations(seconds: number, count: number): void {
    this.durations.set(seconds, (this.durations.get(seconds) ?? 0) + count);
  }
}

function meaningOf(sample: Sample, series: ControllerSeries): Counter["as"] | undefined {
  const { requests, durations, statusLabel } = series;
  // Some controllers are set to count statuses by class: 5xx.
  if (isOf(sample, requests)) return /^5..$/.test(sample.labels[statusLabel] ?? "") ? "failed" : "good";
  return isOf(sample, durations) ? secondsIn(sample.labels["le"] ?? "+Inf", series) : undefined;
}

function isOf({ name, labels }: Sample, counters: Counters): boolean {
  if (name !== counters.metric) return false;
  return Object.entries(counters.labels).every(([key, is]) => {
    const label = labels[key] ?? "";
    // Prometheus matches all of a label, too.
    return typeof is === "string" ? label === is : new RegExp(`^(?:${is.matches})$`).test(label);
  });
}
