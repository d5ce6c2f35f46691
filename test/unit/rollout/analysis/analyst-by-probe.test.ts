import assert from "node:assert/strict";
import { createAnalyst } from "../../../../rollout/analysis/create-analyst";
import type { SendRequests } from "../../../../rollout/analysis/probe";
import type { CheckResult } from "../../../../rollout/check";
import type { Subject } from "../../../../rollout/subject";
import type { ProbeAnswer, ProbeJob } from "../../../../probe/send-requests";
import { UserError } from "../../../../progress/user-error";
import { planWith } from "../../support/plans";
import { metricOf, subjectWith } from "./subjects";

const { signal } = new AbortController();
const successRate = { name: "request-success-rate", thresholdRange: { min: 99 } };
const duration = { name: "request-duration", thresholdRange: { max: 500 } };
const sendNothing: SendRequests = () => assert.fail("no requests were to be sent");

const answers = (times: number, changes: Partial<ProbeAnswer> = {}, milliseconds = 10): ProbeAnswer => ({
  status: 200,
  times,
  milliseconds: new Array<number>(times).fill(milliseconds),
  ...changes,
});

describe("an analyst that probes", () => {
  const roundOf = (written: Record<string, unknown>[], send: SendRequests, now?: () => number) => {
    const analyst = createAnalyst({ metrics: written.map(metricOf), interval: 10_000 }, { send, now });
    return (subject = subjectWith()) => analyst.check(subject, signal);
  };

  it("judges all metrics by the same requests, as many as the one that wants most", async () => {
    const sent: ProbeJob[][] = [];
    const round = roundOf([successRate, { ...duration, requests: 50 }], (jobs) => {
      sent.push([...jobs]);
      return Promise.resolve([[answers(45), answers(5, { status: 500 }, 700)]]);
    });
    const results = await round();
    assert.deepEqual(
      sent.map((jobs) => jobs.map(({ count }) => count)),
      [[50]],
    );
    assert.deepEqual(
      results.map(({ message }) => message),
      ["request-success-rate is 90%: it must be at least 99%", "request-duration is 700ms: it must be at most 500ms"],
    );
  });

  it("judges by the threshold of this round alone", async () => {
    const rounds = [[answers(20, { status: 503 })], [answers(20)]];
    const round = roundOf([successRate], () => Promise.resolve([rounds.shift() ?? []]));
    assert.deepEqual(
      [await round(), await round()].map(([result]) => result?.verdict),
      ["failed", "passed"],
    );
  });

  /** Rounds until there is a verdict, and that round's message. */
  async function untilTold(round: (subject?: Subject) => Promise<readonly CheckResult[]>, subject?: Subject) {
    for (let rounds = 1; rounds <= 30; rounds += 1) {
      const [result] = await round(subject);
      if (result && result.verdict !== "no data") return { rounds, ...result };
    }
    return assert.fail("there is no verdict in 30 rounds");
  }

  it("compares by all rounds of the step, until there are enough requests", async () => {
    const round = roundOf([{ name: "request-success-rate", compare: {}, requests: 100 }], (jobs) =>
      Promise.resolve(jobs.map(() => [answers(100)])),
    );
    const { verdict, message, rounds } = await untilTold(round);
    assert.deepEqual([verdict, rounds], ["passed", 5]);
    assert.match(message, /^0% of 500 requests on v2 failed in this step, 0% of 500 on v1: below 1\.5 times v1's rate/);
    const next = await round(subjectWith({ since: 5000 }));
    assert.match(next[0]?.message ?? "", /^0% of 100 requests on v2 .*: cannot tell yet/);
  });

  const probed = { name: "request-success-rate", compare: {} };
  const dead: SendRequests = (jobs) =>
    Promise.resolve(jobs.map((_, index) => [answers(20, { status: index === 0 ? 500 : 200 })]));

  it("fails a canary that fails in round after round, and goes on failing it in later steps", async () => {
    const round = roundOf([probed], dead);
    const { verdict, rounds, message } = await untilTold(round);
    assert.ok(verdict === "failed" && rounds > 1 && rounds <= 5, `${verdict} after ${rounds}`);
    assert.match(
      message,
      /^100% of \d+ requests on v2 failed in this step, 0% of \d+ on v1: worse than 1\.5 times v1's/,
    );
    assert.equal((await round(subjectWith({ since: 5000 })))[0]?.verdict, "failed");
  });

  it("lets comparisons share the risk: two need more evidence than one", async () => {
    const duration = { name: "request-duration", compare: {} };
    const one = await untilTold(roundOf([{ ...probed, compare: { confidence: 0.999_999 } }], dead));
    const half = await untilTold(roundOf([{ ...probed, compare: { confidence: 0.999_999 } }, duration], dead));
    assert.ok(half.rounds >= one.rounds && half.verdict === "failed");
  });

  it("compares durations with stable's own, of rounds after the first", async () => {
    const round = roundOf([{ name: "request-duration", compare: {}, requests: 200 }], (jobs) =>
      Promise.resolve(jobs.map(({ headers }) => [answers(200, {}, headers?.["Trial"] === "always" ? 80 : 20)])),
    );
    const first = await round();
    assert.match(first[0]?.message ?? "", /^1 of 100 requests on v1 takes longer than 20ms: v2 is compared by that/);
    const { verdict, message } = await untilTold(round);
    assert.equal(verdict, "failed");
    assert.match(message, /^100% of \d+ requests on v2 took longer than 20ms in this step, 0% of/);
  });

  it("keeps comparing where the clock was set back", async () => {
    let time = 1e6;
    const round = roundOf([probed], dead, () => (time -= 1000));
    assert.equal((await untilTold(round)).verdict, "failed");
  });

  it("cannot tell what a probe that can't be sent, or is not served by the plan, would have found", async () => {
    const failing = roundOf([successRate], () => Promise.reject(new UserError("can't send requests")));
    const astray = roundOf([successRate], () => Promise.resolve([[answers(20, { body: "nginx-v1" })]]));
    const unreachable = subjectWith({ plan: planWith({ weight: 50 }) });
    const results = [
      ...(await failing()),
      ...(await astray()),
      ...(await roundOf([successRate], sendNothing)(unreachable)),
    ];
    assert.deepEqual(
      results.map(({ verdict }) => verdict),
      ["inconclusive", "inconclusive", "inconclusive"],
    );
    assert.match(results[0]?.message ?? "", /^request-success-rate can't be evaluated: can't send requests/);
    assert.match(results[1]?.message ?? "", /20 by v1 were served: the plan is not taken up/);
    assert.match(results[2]?.message ?? "", /no rule of the plan sends requests to v2 alone/);
  });

  it("has nothing to check without metrics, and sends nothing", async () => {
    assert.deepEqual(await roundOf([], sendNothing)(), []);
  });
});
