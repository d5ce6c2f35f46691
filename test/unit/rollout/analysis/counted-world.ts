import assert from "node:assert/strict";
import { createAnalyst, type AnalysisConfig, type AnalystEdges } from "../../../../rollout/analysis/create-analyst";
import type { ReadController } from "../../../../rollout/analysis/counted-metrics";
import type { CheckResult } from "../../../../rollout/check";
import { parseExposition } from "../../../../rollout/counters/exposition";
import type { Analyst, Subject } from "../../../../rollout/subject";
import { pageOf } from "../counters/pages";
import { subjectWith } from "./subjects";

/** What comes in a second. */
export interface Second {
  readonly canary?: readonly [good: number, failed: number];
  readonly stable?: readonly [good: number, failed: number];
  /** How many of the canary's take longer than 100 ms; of stable's 1 in 200 does. */
  readonly slow?: number;
}

/** A second of a canary that is as good as stable. */
export const usual: Second = { canary: [20, 0], stable: [20, 0] };

const { signal } = new AbortController();

/** A controller that counts requests, and a clock. */
export class CountedWorld {
  time = 1_000_000;
  /** What reading the counters ends in, if not in counts. */
  failure: Error | undefined;
  subject: Subject = subjectWith({ since: this.time });
  readonly sums: { canary: [number, number]; stable: [number, number]; slow: number } = {
    canary: [0, 0],
    stable: [100_000, 100],
    slow: 0,
  };

  readonly read: ReadController = (_, names) => {
    if (this.failure) return Promise.reject(this.failure);
    const { canary, stable, slow } = this.sums;
    const buckets = ([good, failed]: readonly [number, number], above: number) => ({
      "0.025": good + failed - above,
      "0.1": good + failed - above,
      "1": good + failed,
      "+Inf": good + failed,
    });
    const stableBuckets = buckets(stable, Math.floor((stable[0] + stable[1]) / 200));
    const page = pageOf({ canary, stable, buckets: buckets(canary, slow), stableBuckets });
    return Promise.resolve(new Map([["pod", parseExposition(page, names)]]));
  };

  analyst(rollout: Partial<AnalysisConfig>, edges: Partial<AnalystEdges> = {}): Analyst {
    const send = () => assert.fail("no requests were to be sent");
    const given = { controller: this.read, send, now: () => this.time, ...edges };
    return createAnalyst({ metrics: [], interval: 10_000, ...rollout }, given);
  }

  /** Seconds that pass with the watch between two rounds; the alarms that it gave. */
  async pass(analyst: Analyst, seconds: number, each: Second = usual): Promise<string[]> {
    const alarms: string[] = [];
    for (let second = 0; second < seconds; second += 1) {
      this.time += 1000;
      for (const role of ["canary", "stable"] as const)
        for (const index of [0, 1] as const) this.sums[role][index] += each[role]?.[index] ?? 0;
      this.sums.slow += each.slow ?? 0;
      alarms.push((await analyst.alarm(this.subject, signal)) ?? "");
    }
    return alarms.filter((alarm) => alarm !== "");
  }

  /** A round of checks. */
  async check(analyst: Analyst): Promise<readonly CheckResult[]> {
    return analyst.check(this.subject, signal);
  }

  /** A round of one check. */
  async only(analyst: Analyst): Promise<CheckResult> {
    const [result, ...more] = await this.check(analyst);
    assert.ok(result && more.length === 0);
    return result;
  }
}
