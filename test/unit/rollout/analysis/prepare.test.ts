import assert from "node:assert/strict";
import { ConfigError } from "../../../../config/problems";
import { createAnalyst } from "../../../../rollout/analysis/create-analyst";
import { httpTransport } from "../../../../rollout/analysis/http-transport";
import { UserError } from "../../../../progress/user-error";
import type { Subject } from "../../../../rollout/subject";
import { blueGreenPlan } from "../../support/plans";
import { FakePrometheus, failure, vector, type Reply } from "./fake-prometheus";
import { idleSubject, metricOf, subjectWith } from "./subjects";

const { signal } = new AbortController();
const successRate = { name: "request-success-rate", thresholdRange: { min: 99 } };
const custom = (query: string) => ({ name: "custom", query, thresholdRange: { max: 1 } });

describe("an analyst's prepare", () => {
  let reply: (promql: string) => Reply;
  let server: FakePrometheus;
  beforeEach(async () => {
    reply = () => vector();
    server = await new FakePrometheus(({ promql }) => reply(promql)).start();
  });
  afterEach(() => server.stop());

  const prepare = (
    written: Record<string, unknown>[],
    {
      subject = subjectWith(),
      tokenVariable,
      url = server.url,
    }: { subject?: Subject; tokenVariable?: string; url?: string } = {},
  ) => {
    const edges = { prometheus: httpTransport({ url, tokenVariable }, {}), send: () => Promise.resolve([]) };
    const metrics = written.map(metricOf);
    return createAnalyst({ metrics, prometheus: { url }, interval: 60_000 }, edges).prepare(subject, signal);
  };
  const problems = async (preparing: Promise<void>) => {
    const error: unknown = await preparing.then(
      () => assert.fail("took it"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  };

  it("asks every query once, stable's too where it is compared with, and takes what has no data yet", async () => {
    await prepare([
      { ...successRate, compare: {} },
      { name: "request-duration", thresholdRange: { max: 500 }, interval: "2m" },
      custom("queue[{{ interval }}]"),
    ]);
    const queries = server.seen.map(({ promql }) => promql).sort();
    assert.equal(queries.length, 4);
    assert.equal(queries[0], "queue[60s]");
    assert.match(queries[1] ?? "", /^sum by \(le\) .*request_duration_seconds_bucket.*\[120s\]/);
    assert.equal(queries.filter((query) => query.includes('ingress="nginx",canary=""')).length, 1);
  });

  it("does not ask Prometheus for what is probed", async () => {
    await prepare([{ ...successRate, source: "probe" }]);
    assert.deepEqual(server.seen, []);
  });

  it("tells every query that Prometheus rejects, with Prometheus' own words", async () => {
    reply = (promql) => {
      if (promql === "sum(") return failure(400, "bad_data", "1:5: parse error: unclosed left parenthesis");
      return promql === "up" ? vector([{ job: "a" }, "1"], [{ job: "b" }, "1"]) : vector();
    };
    const found = await problems(prepare([custom("fine"), custom("sum("), custom("up"), custom("{{ nobody }}")]));
    assert.deepEqual(
      found.map(({ key, value }) => [key, value]),
      [
        ["rollout.metrics.1.query", "sum("],
        ["rollout.metrics.2.query", "up"],
        ["rollout.metrics.3.query", "{{ nobody }}"],
      ],
    );
    assert.match(found[0]?.allowed ?? "", /one number; Prometheus says: 1:5: parse error: unclosed left parenthesis/);
    assert.match(found[1]?.allowed ?? "", /2 series where one number is needed: aggregate/);
  });

  it("names the address, and what to check, where Prometheus can't be asked", async () => {
    const { url } = server;
    await server.stop();
    await assert.rejects(prepare([custom("up"), custom("{{ nobody }}")], { url }), (error: unknown) => {
      assert.ok(error instanceof UserError && !(error instanceof ConfigError));
      assert.match(error.message, new RegExp(`^Prometheus at ${url}/ can't be asked: ECONNREFUSED; check rollout`));
      return true;
    });
    server = await new FakePrometheus(() => vector()).start();
  });

  it("misses a token once, however many queries need it", async () => {
    const found = await problems(prepare([custom("up"), successRate], { tokenVariable: "SLUICE_TEST_NO_TOKEN" }));
    assert.deepEqual(
      found.map(({ key, value }) => [key, value]),
      [["rollout.prometheus.tokenVariable", "SLUICE_TEST_NO_TOKEN"]],
    );
  });

  it("refuses built-in metrics where no controller counts requests, but not queries", async () => {
    const subject = subjectWith({ controller: undefined });
    const found = await problems(prepare([custom("up"), successRate], { subject }));
    assert.deepEqual(
      found.map(({ key }) => key),
      ["rollout.metrics.1.source"],
    );
    assert.match(
      found[0]?.allowed ?? "",
      /^must be probe for request-success-rate under router ingress, where Sluice knows no counts/,
    );
  });

  it("refuses built-in metrics of an idle color that nobody can reach", async () => {
    await prepare([successRate], { subject: idleSubject() });
    const found = await problems(prepare([successRate], { subject: subjectWith({ plan: blueGreenPlan() }) }));
    assert.deepEqual(
      found.map(({ key }) => key),
      ["route.previewHost"],
    );
  });

  it("gives up with the reason of its signal", async () => {
    const controller = new AbortController();
    const reason = new Error("stopped");
    reply = () => (controller.abort(reason), undefined);
    const { url } = server;
    const edges = { prometheus: httpTransport({ url }, {}), send: () => assert.fail("sent") };
    const analyst = createAnalyst({ metrics: [metricOf(successRate)], prometheus: { url }, interval: 1000 }, edges);
    await assert.rejects(analyst.prepare(subjectWith(), controller.signal), reason);
  });
});
