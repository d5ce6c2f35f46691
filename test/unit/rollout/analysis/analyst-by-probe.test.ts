import assert from "node:assert/strict";
import { createAnalyst } from "../../../../rollout/analysis/create-analyst";
import type { SendRequests } from "../../../../rollout/analysis/probe";
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

  it("compares by all rounds of the step, until there are enough requests", async () => {
    const round = roundOf([{ name: "request-success-rate", compare: {}, requests: 100 }], (jobs) =>
      Promise.resolve(jobs.map(() => [answers(100)])),
    );
    const verdicts = [];
    for (let count = 0; count < 3; count += 1) verdicts.push((await round())[0]);
    assert.deepEqual(
      verdicts.map((result) => result?.verdict),
      ["no data", "no data", "passed"],
    );
    assert.match(verdicts[2]?.message ?? "", /^0% of 300 requests on v2 failed in this step, 0% of 300 on v1/);
    const next = await round(subjectWith({ since: 5000 }));
    assert.match(next[0]?.message ?? "", /^0% of 100 requests on v2 .*: cannot tell yet/);
  });

  it("compares by the rounds of the metric's interval where it has one", async () => {
    let time = 0;
    const metric = { name: "request-success-rate", compare: {}, requests: 100, interval: "15s" };
    const round = roundOf(
      [metric],
      (jobs) => Promise.resolve(jobs.map(() => [answers(100)])),
      () => (time += 10_000),
    );
    for (let count = 0; count < 4; count += 1) await round();
    assert.match((await round())[0]?.message ?? "", /^0% of 200 requests on v2/);
  });

  it("compares durations with stable's own", async () => {
    const round = roundOf([{ name: "request-duration", compare: {}, requests: 200 }], (jobs) =>
      Promise.resolve(jobs.map(({ headers }) => [answers(200, {}, headers?.["Trial"] === "always" ? 80 : 20)])),
    );
    const [result] = await round();
    assert.equal(result?.verdict, "failed");
    assert.match(result?.message ?? "", /^100% of 200 requests on v2 took longer than 20ms/);
  });

  it("allows less of a difference to requests that the canary serves in part", async () => {
    // 15% failed on the canary against 10.5%; where half of those requests are the canary's, stable's own are 6%.
    const send: SendRequests = () =>
      Promise.resolve([
        [answers(17_000), answers(3_000, { status: 500 })],
        [answers(17_900), answers(2_100, { status: 500 })],
      ]);
    const metric = { name: "request-success-rate", compare: {}, requests: 1000 };
    const byRule = await roundOf([metric], send)(subjectWith());
    const rule = planWith({ weight: 50, header: { name: "Region", value: "a" } });
    const mixed = await roundOf([metric], send)(subjectWith({ plan: rule }));
    assert.deepEqual([byRule[0]?.verdict, mixed[0]?.verdict], ["passed", "failed"]);
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
