import assert from "node:assert/strict";
import { createAnalyst } from "../../../../rollout/analysis/create-analyst";
import { httpTransport } from "../../../../rollout/analysis/http-transport";
import type { SendRequests } from "../../../../rollout/analysis/probe";
import type { CheckResult } from "../../../../rollout/check";
import { FakePrometheus, failure, vector, type Reply } from "./fake-prometheus";
import { metricOf, subjectWith } from "./subjects";

const { signal } = new AbortController();
const successRate = { name: "request-success-rate", thresholdRange: { min: 99 } };
const duration = { name: "request-duration", thresholdRange: { max: 500 } };
const sendNothing: SendRequests = () => assert.fail("no requests were to be sent");

describe("an analyst that asks Prometheus", () => {
  let reply: (promql: string) => Reply;
  let server: FakePrometheus;
  beforeEach(async () => {
    server = await new FakePrometheus(({ promql }) => reply(promql)).start();
  });
  afterEach(() => server.stop());

  /** One round, so many milliseconds after the step began. */
  async function check(written: Record<string, unknown>[], passed = 60_000, interval = 10_000): Promise<CheckResult[]> {
    const { url } = server;
    const metrics = written.map(metricOf);
    const edges = { prometheus: httpTransport({ url }, {}), send: sendNothing, now: () => passed };
    return [...(await createAnalyst({ metrics, prometheus: { url }, interval }, edges).check(subjectWith(), signal))];
  }
  const only = async (...args: Parameters<typeof check>): Promise<CheckResult> => {
    const [result, ...more] = await check(...args);
    assert.ok(result && more.length === 0);
    return result;
  };
  /** The canary's and stable's requests, by whether they failed. */
  const counted = (canary: readonly [number, number], stable: readonly [number, number] = [0, 0]) => {
    reply = (promql) => {
      const [good, bad] = promql.includes('canary="default-nginx-canary-80"') ? canary : stable;
      return vector([{}, String(good)], [{ outcome: "failed" }, String(bad)]);
    };
  };

  it("passes and fails a success rate", async () => {
    counted([932, 68]);
    const result = await only([successRate]);
    assert.deepEqual(
      { ...result, value: result.value?.toFixed(9) },
      {
        name: "request-success-rate",
        kind: "metric",
        verdict: "failed",
        value: "93.200000000",
        unit: "%",
        allowed: "at least 99%",
        message: "request-success-rate is 93.2%: it must be at least 99%",
      },
    );
    counted([1000, 0]);
    assert.equal((await only([successRate])).verdict, "passed");
  });

  it("tells a duration in milliseconds", async () => {
    reply = () => vector([{ le: "0.3" }, "50"], [{ le: "1.2" }, "100"], [{ le: "+Inf" }, "100"]);
    const { verdict, message, unit } = await only([duration]);
    assert.deepEqual(
      [verdict, message, unit],
      ["failed", "request-duration is 1182ms: it must be at most 500ms", "ms"],
    );
  });

  it("cannot tell yet where no requests reached the canary", async () => {
    reply = (promql) => (promql.startsWith("count(") ? vector([{}, "3"]) : vector());
    const { verdict, message, value } = await only([successRate]);
    assert.deepEqual(
      [verdict, message, value],
      ["no data", "no requests reached v2 in the last 10s: cannot tell yet", undefined],
    );
    assert.equal((await only([duration])).message, message);
  });

  it("says why where the window is too short, or the controller is not scraped", async () => {
    reply = (promql) => (promql.startsWith("max(count_over_time(") ? vector([{}, "1"]) : vector([{}, "0"]));
    assert.match((await only([successRate])).message, /cannot tell yet; Prometheus has one sample of that time/);
    reply = () => vector();
    const { verdict, message } = await only([successRate]);
    assert.equal(verdict, "no data");
    assert.match(message, /has no series nginx_ingress_controller_requests at all/);
  });

  it("fills in a query of the stack's own, and judges its number", async () => {
    reply = () => vector([{}, "0.5"]);
    const query = 'avg(queue{version="{{ canary }}"}[{{ interval }}])';
    const result = await only([{ name: "queue", query, thresholdRange: { max: 1 } }]);
    assert.equal(server.seen[0]?.promql, 'avg(queue{version="v2"}[10s])');
    const message = "queue is 0.5: at most 1";
    assert.deepEqual(result, {
      name: "queue",
      kind: "metric",
      verdict: "passed",
      value: 0.5,
      allowed: "at most 1",
      message,
    });
  });

  it("has no data where a query has divided by 0, whichever limit there is", async () => {
    for (const thresholdRange of [{ min: 1 }, { max: 1 }])
      for (const infinite of ["+Inf", "-Inf"]) {
        reply = () => vector([{}, infinite]);
        const { verdict, value, message } = await only([{ name: "queue", query: "queue", thresholdRange }]);
        assert.deepEqual([verdict, value], ["no data", undefined]);
        assert.match(message, /^Prometheus has no finite value \(-?Infinity\) for queue/);
      }
  });

  it("cannot tell yet from a query without data, or of 0 divided by 0", async () => {
    const metric = { name: "queue", query: "queue", thresholdRange: { max: 1 } };
    for (const none of [vector(), vector([{}, "NaN"])]) {
      reply = () => none;
      const { verdict, message } = await only([metric]);
      assert.equal(verdict, "no data");
      assert.equal(message, "Prometheus has no value for queue in the last 10s: cannot tell yet");
    }
  });

  it("finds what can't be evaluated inconclusive, each metric for itself", async () => {
    const queue = (name: string) => ({ name, query: name, thresholdRange: { max: 1 } });
    reply = (promql) => {
      if (promql === "broken") return failure(422, "execution", "many-to-many matching not allowed");
      if (promql === "split") return vector([{ pod: "a" }, "1"], [{ pod: "b" }, "2"]);
      return promql === "down" ? { status: 502, body: "bad gateway" } : vector([{}, "1"]);
    };
    const results = await check(["broken", "split", "down", "fine"].map(queue));
    assert.deepEqual(
      results.map(({ name, verdict }) => [name, verdict]),
      [
        ["broken", "inconclusive"],
        ["split", "inconclusive"],
        ["down", "inconclusive"],
        ["fine", "passed"],
      ],
    );
    const messages = results.map(({ message }) => message);
    assert.match(messages[0] ?? "", /^broken can't be evaluated: many-to-many/);
    assert.match(messages[1] ?? "", /2 series where one number is needed: aggregate them/);
    assert.match(messages[2] ?? "", /status 502/);
  });

  it("looks back no further than the step, and at most the metric's interval", async () => {
    counted([100, 0]);
    const windows = async (passed: number, more: Record<string, unknown> = {}, interval?: number) => {
      server.seen.length = 0;
      await check([{ ...successRate, ...more }], passed, interval);
      const found = server.seen.flatMap(({ promql }) => [...promql.matchAll(/(?:\[|offset )(\d+)s/g)]);
      return [...new Set(found.map(([, seconds]) => Number(seconds)))];
    };
    assert.deepEqual(await windows(4_700), [4]);
    assert.deepEqual(await windows(600_000), [10]);
    assert.deepEqual(await windows(600_000, {}, 60_000), [60]);
    assert.deepEqual(await windows(600_000, { interval: "5m" }), [300]);
    assert.deepEqual(await windows(200_000, { interval: "5m" }), [200]);
  });

  it("asks nothing in the step's first second", async () => {
    assert.equal((await only([successRate], 900)).verdict, "no data");
    assert.deepEqual(server.seen, []);
  });

  const compared = { name: "request-success-rate", compare: {} };
  /** Rounds a minute apart, of which each has so many good and bad requests more; the last one's result. */
  async function rounds(
    count: number,
    metric: Record<string, unknown>,
    [canaryGood, canaryBad]: readonly [number, number],
    [stableGood, stableBad]: readonly [number, number],
    history: readonly [number, number] = [0, 0],
  ): Promise<CheckResult> {
    const { url } = server;
    let round = 0;
    const edges = { prometheus: httpTransport({ url }, {}), send: sendNothing, now: () => 60_000 * round };
    const analyst = createAnalyst({ metrics: [metricOf(metric)], prometheus: { url }, interval: 60_000 }, edges);
    reply = (promql) => {
      if (promql.includes("[3600s]"))
        return vector([{}, String(history[0])], [{ outcome: "failed" }, String(history[1])]);
      const rounds = promql.includes(`[${60 * round}s]`) ? round : 1;
      const [good, bad] = promql.includes('canary="default-nginx-canary-80"')
        ? [canaryGood, canaryBad]
        : [stableGood, stableBad];
      return vector([{}, String(good * rounds)], [{ outcome: "failed" }, String(bad * rounds)]);
    };
    let result: CheckResult | undefined;
    for (round = 1; round <= count; round += 1) [result] = await analyst.check(subjectWith(), signal);
    assert.ok(result);
    return result;
  }

  it("fails a canary by its comparison with stable, by the growth from round to round", async () => {
    assert.equal((await rounds(1, compared, [180, 20], [1797, 3])).verdict, "no data");
    const { verdict, message, allowed } = await rounds(5, compared, [180, 20], [1797, 3]);
    assert.deepEqual([verdict, allowed], ["failed", "at most 1.5 times as many failed requests as on v1"]);
    const facts = "10% of 1000 requests on v2 failed in this step, 0.17% of 9000 on v1";
    assert.equal(message, `${facts}: worse than 1.5 times v1's rate`);
  });

  it("fails it sooner by stable's last hour", async () => {
    const sooner = await rounds(2, compared, [18, 2], [180, 0], [100_000, 0]);
    const later = await rounds(2, compared, [18, 2], [180, 0]);
    assert.deepEqual([sooner.verdict, later.verdict], ["failed", "no data"]);
  });

  it("cannot tell from few requests, and passes after many, where neither has errors", async () => {
    const few = await rounds(1, compared, [20, 0], [180, 0]);
    assert.equal(few.verdict, "no data");
    assert.match(few.message, /^0% of 20 requests on v2 failed .*, 0% of 180 on v1: cannot tell yet/);
    assert.equal((await rounds(1, compared, [500, 0], [3600, 0])).verdict, "passed");
  });

  it("judges by threshold and comparison, of which the worse counts", async () => {
    const both = { ...compared, thresholdRange: { min: 95 } };
    const worse = await rounds(8, both, [480, 20], [4000, 0]);
    assert.equal(worse.verdict, "failed");
    assert.match(worse.message, /^4% of 4000 requests on v2 failed/);
    assert.equal(worse.allowed, "at least 95%, at most 1.5 times as many failed requests as on v1");
    const under = await rounds(1, both, [450, 50], [3600, 400]);
    assert.equal(under.message, "request-success-rate is 90%: it must be at least 95%");
    const fine = await rounds(1, both, [500, 0], [4000, 0]);
    assert.equal(fine.verdict, "passed");
    assert.match(fine.message, /^request-success-rate is 100%: at least 95%; 0% of 500/);
  });

  it("compares durations by the requests above the bucket of stable's 99th percentile", async () => {
    const { url } = server;
    let round = 0;
    const edges = { prometheus: httpTransport({ url }, {}), send: sendNothing, now: () => 60_000 * round };
    const metrics = [metricOf({ name: "request-duration", compare: {} })];
    const analyst = createAnalyst({ metrics, prometheus: { url }, interval: 60_000 }, edges);
    const buckets = (...counts: number[]) =>
      vector(
        ...["0.1", "0.3", "1.2", "+Inf"].map(
          (le, index) => [{ le }, String(round * (counts[index] ?? 0))] as [{ le: string }, string],
        ),
      );
    reply = (promql) => (promql.includes("nginx-canary") ? buckets(300, 350, 400, 400) : buckets(980, 999, 1000, 1000));
    const results: CheckResult[] = [];
    for (round = 1; round <= 8; round += 1) results.push(...(await analyst.check(subjectWith(), signal)));
    assert.match(results[0]?.message ?? "", /^1 of 100 requests on v1 takes longer than 300ms/);
    const { verdict, message, unit } = results.at(-1) ?? assert.fail();
    assert.deepEqual([verdict, unit], ["failed", "ms"]);
    assert.match(message, /^12\.5% of 2800 requests on v2 took longer than 300ms in this step, 0\.1% of 7000 on v1/);
    reply = (promql) => (promql.includes("nginx-canary") ? buckets(300, 350, 400, 400) : vector());
    assert.match((await only([{ name: "request-duration", compare: {} }])).message, /no requests reached v1/);
  });

  it("gives up with the reason of its signal", async () => {
    reply = () => undefined;
    const { url } = server;
    const controller = new AbortController();
    const edges = { prometheus: httpTransport({ url }, {}), send: sendNothing };
    const analyst = createAnalyst({ metrics: [metricOf(successRate)], prometheus: { url }, interval: 1000 }, edges);
    const reason = new Error("stopped");
    const checked = analyst.check(subjectWith(), controller.signal);
    controller.abort(reason);
    await assert.rejects(checked, reason);
  });
});
