import assert from "node:assert/strict";
import { createAnalyst } from "../../../../rollout/analysis/create-analyst";
import type { ReadController } from "../../../../rollout/analysis/counted-metrics";
import type { CheckResult } from "../../../../rollout/check";
import { parseExposition } from "../../../../rollout/counters/exposition";
import { UserError } from "../../../../progress/user-error";
import type { Analyst, Subject } from "../../../../rollout/subject";
import { pageOf, type Counted } from "../counters/pages";
import { metricOf, subjectWith } from "./subjects";

const { signal } = new AbortController();
const compared = { name: "request-success-rate", compare: {}, source: "controller" };
const slow = { name: "request-duration", compare: {}, source: "controller" };
const rate = { name: "request-success-rate", thresholdRange: { min: 99 }, source: "controller" };

/** What comes in a second. */
interface Second {
  readonly canary?: readonly [good: number, failed: number];
  readonly stable?: readonly [good: number, failed: number];
  /** How many of the canary's take longer than 100 ms; of stable's 1 in 200 does. */
  readonly slow?: number;
}

describe("an analyst that reads the controller's counters", () => {
  let time: number;
  let failure: Error | undefined;
  let sums: { canary: [number, number]; stable: [number, number]; slow: number };
  const usual: Second = { canary: [20, 0], stable: [20, 0] };

  const read: ReadController = (_, names) => {
    if (failure) return Promise.reject(failure);
    const buckets = (of: readonly [number, number], above: number) => ({
      "0.1": of[0] + of[1] - above,
      "1": of[0] + of[1],
      "+Inf": of[0] + of[1],
    });
    const { canary, stable } = sums;
    const counted: Counted = {
      canary,
      stable,
      buckets: buckets(canary, sums.slow),
      stableBuckets: buckets(stable, Math.floor((stable[0] + stable[1]) / 200)),
    };
    return Promise.resolve(new Map([["pod", parseExposition(pageOf(counted), names)]]));
  };

  beforeEach(() => {
    time = 1_000_000;
    failure = undefined;
    sums = { canary: [0, 0], stable: [100_000, 100], slow: 0 };
  });

  const analystFor = (...metrics: Record<string, unknown>[]): Analyst =>
    createAnalyst(
      { metrics: metrics.map(metricOf), interval: 10_000 },
      { controller: read, send: () => assert.fail("no requests were to be sent"), now: () => time },
    );
  const subject = (changes: Partial<Subject> = {}) => subjectWith({ since: 1_000_000, ...changes });

  /** Seconds that pass with the watch between two rounds; the alarms that it gave. */
  async function pass(analyst: Analyst, seconds: number, each: Second = usual): Promise<string[]> {
    const alarms: string[] = [];
    for (let second = 0; second < seconds; second += 1) {
      time += 1000;
      for (const role of ["canary", "stable"] as const)
        for (const index of [0, 1] as const) sums[role][index] += each[role]?.[index] ?? 0;
      sums.slow += each.slow ?? 0;
      alarms.push((await analyst.alarm(subject(), signal)) ?? "");
    }
    return alarms.filter((alarm) => alarm !== "");
  }
  const only = async (analyst: Analyst): Promise<CheckResult> => {
    const [result, ...more] = await analyst.check(subject(), signal);
    assert.ok(result && more.length === 0);
    return result;
  };

  it("sees a fault between two rounds, until a round has told it", async () => {
    const analyst = analystFor(compared);
    assert.deepEqual(await pass(analyst, 30), []);
    const [alarm = ""] = await pass(analyst, 20, { canary: [0, 20], stable: [20, 0] });
    assert.match(alarm, /requests on v2 failed in this step, .* on v1: worse than 1\.5 times v1's rate$/);
    const { verdict, message } = await only(analyst);
    assert.equal(verdict, "failed");
    assert.match(message, /worse than 1\.5 times v1's rate/);
    assert.deepEqual(await pass(analyst, 5), []);
    assert.equal((await only(analyst)).verdict, "failed");
  });

  it("passes a canary once it is shown to be as good, and not before", async () => {
    const analyst = analystFor(compared);
    await pass(analyst, 5);
    assert.equal((await only(analyst)).verdict, "no data");
    assert.deepEqual(await pass(analyst, 40), []);
    const { verdict, allowed } = await only(analyst);
    assert.deepEqual([verdict, allowed], ["passed", "at most 1.5 times as many failed requests as on v1"]);
  });

  it("compares durations by what is slow on stable, from the time on when new pods are warm", async () => {
    const analyst = analystFor(slow);
    assert.deepEqual(await pass(analyst, 29, { ...usual, slow: 20 }), []);
    assert.match((await only(analyst)).message, /compared from the step's 30th second on/);
    const [alarm = ""] = await pass(analyst, 20, { ...usual, slow: 20 });
    assert.match(alarm, /on v2 took longer than 100ms in this step, .* worse than 1\.5 times/);
  });

  it("judges a limit by the metric's interval, within the step", async () => {
    const analyst = analystFor(rate);
    await pass(analyst, 5, { canary: [10, 10], stable: [20, 0] });
    assert.match((await only(analyst)).message, /^request-success-rate is 50%: it must be at least 99%/);
    await pass(analyst, 10);
    assert.equal((await only(analyst)).verdict, "passed");
  });

  it("can't tell without requests", async () => {
    const analyst = analystFor(rate);
    await pass(analyst, 10, {});
    const { verdict, message } = await only(analyst);
    assert.deepEqual([verdict, message], ["no data", "no requests reached v2 in the last 10s: cannot tell yet"]);
  });

  it("finds a round inconclusive while the counters can't be read, and goes on with what came meanwhile", async () => {
    const analyst = analystFor(rate);
    await pass(analyst, 5);
    failure = new UserError("the counters can't be read");
    const { verdict, message } = await only(analyst);
    assert.equal(verdict, "inconclusive");
    assert.match(message, /^request-success-rate can't be evaluated: the counters can't be read$/);
    failure = undefined;
    await pass(analyst, 1, { canary: [0, 80], stable: [0, 0] });
    assert.match((await only(analyst)).message, /it must be at least 99%/);
  });

  it("refuses to begin where nobody counts by version, and where the counters can't be read", async () => {
    const { since: _, place: __, ...known } = subjectWith();
    await analystFor(rate).prepare(known, signal);
    failure = new UserError("have pods/proxy granted");
    await assert.rejects(analystFor(rate).prepare(known, signal), failure);
    await assert.rejects(
      analystFor(rate).prepare({ ...known, controller: undefined }, signal),
      /rollout\.metrics\.0\.source is "controller": it must be probe for request-success-rate under router ingress/,
    );
  });

  it("looks at nothing where no metric is read from counters", async () => {
    failure = new Error("read all the same");
    const analyst = createAnalyst(
      { metrics: [metricOf({ ...rate, source: "probe" })], interval: 10_000 },
      { controller: read, send: () => Promise.resolve([[]]), now: () => time },
    );
    assert.equal(await analyst.alarm(subject(), signal), undefined);
  });
});
