import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { createAnalyst } from "../../../../rollout/analysis/create-analyst";
import { checkHookSecrets } from "../../../../rollout/hook-secrets";
import {
  answering,
  closedPort,
  serve,
  type Received,
  type Responder,
  type TestServer,
} from "../../support/http-server";
import { metricOf, subjectWith } from "./subjects";

const { signal } = new AbortController();
const at = Date.parse("2026-12-01T12:00:00Z");
const [from, to] = [at / 1000 - 60, at / 1000];

/** What the services answer, as their documentation shows it, and where the number stands. */
const services = {
  // https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-points
  Datadog: {
    path: "$.series[0].pointlist[-1:][1]",
    answer: {
      status: "ok",
      series: [
        {
          metric: "http.errors",
          pointlist: [
            [1, 0.1],
            [2, 0.25],
          ],
        },
      ],
      message: "",
    },
    none: { status: "ok", series: [], message: "" },
  },
  // https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-nrql-tutorial/
  "New Relic": {
    path: "$.data.actor.account.nrql.results[0].errors",
    answer: { data: { actor: { account: { nrql: { results: [{ errors: 0.25 }] } } } } },
    none: { data: { actor: { account: { nrql: { results: [{ errors: null }] } } } } },
  },
  // https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint
  InfluxDB: {
    path: "$.results[0].series[0].values[0][1]",
    answer: { results: [{ series: [{ name: "http", columns: ["time", "mean"], values: [["t", 0.25]] }] }] },
    none: { results: [{ statement_id: 0 }] },
  },
  // https://graphite.readthedocs.io/en/stable/render_api.html#json
  Graphite: {
    path: "$[0].datapoints[0][0]",
    answer: [{ target: "errors", datapoints: [[0.25, 1]] }],
    none: [],
  },
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
  CloudWatch: {
    path: "$.MetricDataResults[0].Values[0]",
    answer: {
      Messages: [],
      MetricDataResults: [
        { Id: "errors", Label: "errors", StatusCode: "Complete", Timestamps: [1764590340], Values: [0.25] },
      ],
    },
    none: { MetricDataResults: [{ Id: "errors", StatusCode: "Complete", Timestamps: [], Values: [] }] },
  },
  "an API of one's own": { path: "$.value", answer: { value: "0.25" }, none: {} },
} as const;

/**
 * The header by which AWS knows who sent a request, worked out from what arrived, step by step as its documentation says.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function signatureOf(
  { method, path, headers, body }: Received,
  { service, region }: { readonly service: string; readonly region: string },
  secret: string,
): string {
  const sign = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const [, id = "", names = ""] =
    /Credential=([^/]+)\/.*SignedHeaders=([^,]+)/.exec(headers["authorization"] ?? "") ?? [];
  const time = String(headers["x-amz-date"]);
  const lines = names.split(";").map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = [method, path, "", lines.join(""), names, hash(body)].join("\n");
  const scope = [time.slice(0, 8), region, service, "aws4_request"];
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), hash(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>((before, part) => sign(before, part), `AWS4${secret}`);
  const signature = sign(key, text).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=${id}/${scope.join("/")}, SignedHeaders=${names}, Signature=${signature}`;
}

describe("a metric of a web API", () => {
  let server: TestServer | undefined;
  afterEach(() => server?.close());

  const analystFor = (web: Record<string, unknown>, environment: Record<string, string> = {}) => {
    const metrics = [metricOf({ name: "errors", thresholdRange: { max: 0.2 }, web })];
    const send = () => assert.fail("sent");
    return createAnalyst({ metrics, interval: 60_000 }, { send, environment, now: () => at });
  };
  const check = async (respond: Responder, web: Record<string, unknown>, environment?: Record<string, string>) => {
    server = await serve(respond);
    const [result] = await analystFor({ url: server.url, ...web }, environment).check(subjectWith(), signal);
    return result ?? assert.fail("no result");
  };

  for (const [service, { path, answer, none }] of Object.entries(services)) {
    it(`is read from an answer of ${service}`, async () => {
      const { value, verdict } = await check(answering(200, JSON.stringify(answer)), { jsonPath: path });
      assert.deepEqual([value, verdict], [0.25, "failed"]);
    });

    it(`has no data where ${service} has none`, async () => {
      const { verdict, message } = await check(answering(200, JSON.stringify(none)), { jsonPath: path });
      assert.equal(verdict, "no data");
      assert.match(message, /^127\.0\.0\.1:\d+ has no value for errors in the last 60s/);
    });
  }

  it("is asked with its placeholders filled in, and with secrets of the environment", async () => {
    server = await serve(answering(200, "0.1"));
    const web = {
      url: `${server.url}/query?from={{ from }}&to={{ to }}&service={{ service }}`,
      headers: { "X-Team": "shop" },
      headerVariables: { "DD-API-KEY": "DD_KEY" },
      body: '{"version":"{{ canary }}","window":"{{ interval }}"}',
    };
    const [result] = await analystFor(web, { DD_KEY: "open-sesame" }).check(subjectWith(), signal);
    assert.deepEqual([result?.value, result?.verdict], [0.1, "passed"]);
    const [{ method, path, headers, body } = assert.fail()] = server.received;
    assert.deepEqual([method, body], ["POST", '{"version":"v2","window":"60s"}']);
    assert.equal(path, `/query?from=${from}&to=${to}&service=nginx-canary`);
    assert.deepEqual([headers["x-team"], headers["dd-api-key"]], ["shop", "open-sesame"]);
  });

  it("is signed for AWS, which a server that has the secret key can check", async () => {
    const aws = { service: "monitoring", region: "eu-west-1" };
    const environment = {
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI",
      AWS_SESSION_TOKEN: "session",
    };
    server = await serve(answering(200, "0.1"));
    const headers = { "X-Amz-Target": "GraniteServiceVersion20100801.GetMetricData" };
    const web = { url: `${server.url}/`, headers, body: '{"StartTime":{{ from }}}', aws };
    const [result] = await analystFor(web, environment).check(subjectWith(), signal);
    assert.deepEqual([result?.value, result?.verdict], [0.1, "passed"]);
    const [received = assert.fail()] = server.received;
    assert.equal(received.body, `{"StartTime":${from}}`);
    assert.equal(received.headers["x-amz-security-token"], "session");
    assert.equal(received.headers["authorization"], signatureOf(received, aws, environment.AWS_SECRET_ACCESS_KEY));
    assert.doesNotMatch(JSON.stringify(received), /wJalrXUtnFEMI/);
  });

  it("is refused without the credentials that AWS' own tools take", () => {
    const aws = { service: "monitoring", region: "eu-west-1" };
    const metrics = [metricOf({ name: "errors", web: { url: "https://monitoring.eu-west-1.amazonaws.com/", aws } })];
    assert.throws(
      () => checkHookSecrets({ metrics }, { AWS_ACCESS_KEY_ID: "x" }),
      /rollout\.metrics\.0\.web\.aws is missing: it needs AWS_SECRET_ACCESS_KEY in the environment/,
    );
  });

  for (const [what, respond, web, words] of [
    ["refuses the question", answering(403, "forbidden"), {}, /it answers with status 403: forbidden$/],
    ["gives no JSON", answering(200, "<html>"), {}, /its answer is not JSON: <html>$/],
    [
      "gives several numbers",
      answering(200, "[1,2]"),
      { jsonPath: "$[*]" },
      /\$\[\*\] gives 2 values where one number/,
    ],
    ["gives a text", answering(200, '"much"'), {}, /\$ gives "much", which is not a number$/],
    ["sends on to another place", answering(302, "", { location: "/other" }), {}, /can't be asked: /],
    ["gives far too much", answering(200, " ".repeat(1_000_001)), {}, /longer than 1 MB/],
  ] as const)
    it(`can't be evaluated where the API ${what}, which names neither query nor secret`, async () => {
      server = await serve(respond);
      const whole = { url: `${server.url}/api?key=hidden`, headerVariables: { Key: "KEY" }, ...web };
      const [result] = await analystFor(whole, { KEY: "open-sesame" }).check(subjectWith(), signal);
      assert.equal(result?.verdict, "inconclusive");
      assert.match(result.message, words);
      assert.doesNotMatch(result.message, /hidden|open-sesame/);
      assert.equal(server.received.length, 1);
    });

  it("is asked before anything changes, which refuses what can't be", async () => {
    const url = await closedPort();
    await assert.rejects(analystFor({ url }).prepare(subjectWith(), signal), /can't be asked: ECONNREFUSED/);
    const missing = analystFor({ url, headerVariables: { Key: "KEY" } });
    await assert.rejects(missing.prepare(subjectWith(), signal), /the environment has no KEY/);
    await assert.rejects(
      analystFor({ url: `${url}/{{ guess }}` }).prepare(subjectWith(), signal),
      /rollout\.metrics\.0\.web\.url is .* must not have \{\{ guess \}\}/,
    );
  });

  it("has its secrets looked for with those of webhooks", () => {
    const metrics = [metricOf({ name: "errors", web: { url: "https://x.test", headerVariables: { Key: "KEY" } } })];
    assert.throws(
      () => checkHookSecrets({ metrics }, {}),
      /rollout\.metrics\.0\.web\.headerVariables\.Key is "KEY": .* set KEY to the value of the header Key/,
    );
    assert.doesNotThrow(() => checkHookSecrets({ metrics }, { KEY: "x" }));
  });
});
