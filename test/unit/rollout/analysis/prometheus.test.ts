import assert from "node:assert/strict";
import { ConfigError } from "../../../../config/problems";
import { httpTransport } from "../../../../rollout/analysis/http-transport";
import { askPrometheus, numberIn, PrometheusError, singleNumber } from "../../../../rollout/analysis/prometheus";
import { FakePrometheus, failure, success, vector, type Reply } from "./fake-prometheus";

const { signal } = new AbortController();

describe("askPrometheus by HTTP", () => {
  let reply: Reply;
  let server: FakePrometheus;
  beforeEach(async () => {
    server = await new FakePrometheus(() => reply).start();
  });
  afterEach(() => server.stop());

  const ask = async (
    changes: { url?: string; tokenVariable?: string; milliseconds?: number; by?: AbortSignal } = {},
  ) => {
    const { url = server.url, tokenVariable, milliseconds, by = signal } = changes;
    const transport = httpTransport({ url, tokenVariable }, { TOKEN: " secret\n", EMPTY: "" });
    return askPrometheus(transport, "sum(up) + 1", by, milliseconds);
  };
  const blames = (blame: "query" | "server", message: RegExp) => (error: unknown) => {
    assert.ok(error instanceof PrometheusError, String(error));
    assert.equal(error.blame, blame);
    assert.match(error.message, message);
    return true;
  };

  it("posts the query, and gives the series with their labels", async () => {
    reply = vector([{ le: "0.1" }, "3"], [{ le: "+Inf" }, "4"]);
    assert.deepEqual(await ask(), [
      { labels: { le: "0.1" }, value: 3 },
      { labels: { le: "+Inf" }, value: 4 },
    ]);
    const [{ method, path, promql, headers } = { headers: {} }] = server.seen;
    assert.deepEqual([method, path, promql], ["POST", "/api/v1/query", "sum(up) + 1"]);
    assert.equal(headers.authorization, undefined);
  });

  for (const base of ["/prometheus", "/prometheus/"])
    it(`keeps a path in front of the API, written ${base}`, async () => {
      reply = vector();
      assert.deepEqual(await ask({ url: server.url + base }), []);
      assert.equal(server.seen[0]?.path, "/prometheus/api/v1/query");
    });

  it("sends the token that the variable holds", async () => {
    reply = vector();
    await ask({ tokenVariable: "TOKEN" });
    assert.equal(server.seen[0]?.headers.authorization, "Bearer secret");
  });

  it("sends a user and password of the address as HTTP Basic, and never shows them", async () => {
    const url = server.url.replace("//", "//reader:p%40ss@");
    reply = { status: 502, body: "bad gateway" };
    await assert.rejects(ask({ url }), (error: Error) => !/reader|p(%40|@)ss/.test(error.message));
    assert.equal(server.seen[0]?.headers.authorization, `Basic ${Buffer.from("reader:p@ss").toString("base64")}`);
  });

  for (const tokenVariable of ["NOWHERE", "EMPTY"])
    it(`refuses a variable without a token: ${tokenVariable}`, async () => {
      await assert.rejects(ask({ tokenVariable }), (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.deepEqual(
          error.problems.map(({ key, value }) => [key, value]),
          [["rollout.prometheus.tokenVariable", tokenVariable]],
        );
        return true;
      });
      assert.deepEqual(server.seen, []);
    });

  it("takes a scalar for a number", async () => {
    reply = success("scalar", [1700000000, "2.5"]);
    assert.equal(singleNumber(await ask()), 2.5);
  });

  it("blames the query for what Prometheus rejects, in Prometheus' words", async () => {
    reply = failure(400, "bad_data", 'invalid parameter "query": 1:5: parse error');
    await assert.rejects(ask(), blames("query", /^invalid parameter "query": 1:5: parse error$/));
    reply = failure(422, "execution", "found duplicate series for the match group");
    await assert.rejects(ask(), blames("query", /duplicate series/));
  });

  it("blames the query for ranges and texts", async () => {
    reply = success("matrix", [{ metric: {}, values: [[1, "2"]] }]);
    await assert.rejects(ask(), blames("query", /range of samples where one number is needed/));
    reply = success("string", [1, "text"]);
    await assert.rejects(ask(), blames("query", /a text where one number is needed/));
  });

  const serverFaults: [what: string, reply: Reply, message: RegExp][] = [
    ["a query that took too long", failure(503, "timeout", "query timed out"), /status 503, timeout: query timed out/],
    ["a proxy's error page", { status: 502, body: "<html>Bad Gateway</html>" }, /status 502: "<html>Bad Gateway/],
    ["no permission", { status: 401, body: "" }, /status 401/],
    ["another server's page", { status: 200, body: "<html>Log in</html>" }, /status 200: "<html>Log in/],
    ["JSON cut short", { status: 200, body: '{"status":"success","data":{' }, /status 200/],
    [
      "JSON of another kind",
      { status: 200, body: '{"status":"success","data":{"resultType":"vector"}}' },
      /status 200/,
    ],
    ["numbers that are none", { status: 200, body: '{"status":"success","data":[]}' }, /status 200/],
  ];
  for (const [what, sent, message] of serverFaults)
    it(`blames the server for ${what}`, async () => {
      reply = sent;
      await assert.rejects(ask(), blames("server", message));
    });

  it("blames the server that does not answer in time", async () => {
    reply = undefined;
    await assert.rejects(ask({ milliseconds: 30 }), blames("server", /no answer within 0\.03 s/));
  });

  it("blames the server that nobody listens at", async () => {
    const { url } = server;
    await server.stop();
    await assert.rejects(ask({ url }), blames("server", /127\.0\.0\.1:\d+\/ can't be asked: ECONNREFUSED/));
    server = await new FakePrometheus(() => reply).start();
  });

  it("gives up with the reason of its signal", async () => {
    reply = undefined;
    const controller = new AbortController();
    const asked = ask({ by: controller.signal });
    const reason = new Error("the rollout was stopped");
    controller.abort(reason);
    await assert.rejects(asked, reason);
  });
});

describe("singleNumber", () => {
  it("is nothing without series, or where 0 was divided by 0", () => {
    assert.equal(singleNumber([]), undefined);
    assert.equal(singleNumber([{ labels: {}, value: NaN }]), undefined);
  });

  it("refuses several series, and says what to do", () => {
    const one = { labels: {}, value: 1 };
    assert.throws(() => singleNumber([one, one, one]), /3 series where one number is needed: aggregate them/);
  });
});

describe("numberIn", () => {
  it("reads numbers as Prometheus writes them", () => {
    assert.deepEqual(["1", "0.25", "1e+06", "+Inf", "-Inf", "NaN"].map(numberIn), [
      1,
      0.25,
      1_000_000,
      Infinity,
      -Infinity,
      NaN,
    ]);
  });
});
