import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { webhook, webhookTypes, type WebhookType } from "../../../config/rollout-hooks";
import { ConfigError } from "../../../config/problems";
import { createWebhooks } from "../../../rollout/webhooks";
import { answering, closedPort, serve, type Responder, type TestServer } from "../support/http-server";
import { situation } from "../support/situation";

const never = new AbortController().signal;
/** A webhook as the config's schema gives it. */
const config = (settings: Record<string, unknown>) => webhook.parse({ name: "check", type: "rollout", ...settings });

describe("webhooks", () => {
  let servers: TestServer[] = [];
  afterEach(() => {
    servers.forEach((server) => server.close());
    servers = [];
  });
  const listen = async (respond: Responder) => {
    const server = await serve(respond);
    servers.push(server);
    return server;
  };
  const callOne = async (type: WebhookType, respond: Responder, settings: Record<string, unknown> = {}) => {
    const { url } = await listen(respond);
    return createWebhooks([config({ type, url, ...settings })], {}).call(type, situation, never);
  };

  it("posts what Flagger posts, metadata as it is", async () => {
    const server = await listen(answering(200));
    const hooks = createWebhooks([config({ url: `${server.url}/gate?x=1`, metadata: { cmd: "hey -z 1m" } })], {});
    await hooks.call("rollout", situation, never);
    const [received] = server.received;
    assert.deepEqual(JSON.parse(received?.body ?? ""), {
      name: "nginx",
      namespace: "web",
      phase: "Progressing",
      checksum: "6b86b273",
      metadata: { cmd: "hey -z 1m" },
    });
    assert.deepEqual(
      [received?.method, received?.path, received?.headers["content-type"], received?.headers["x-signature"]],
      ["POST", "/gate?x=1", "application/json", undefined],
    );
  });

  it("leaves metadata out where there is none", async () => {
    const server = await listen(answering(200));
    await createWebhooks([config({ url: server.url })], {}).call("rollout", situation, never);
    assert.deepEqual(Object.keys(JSON.parse(server.received[0]?.body ?? "") as object), [
      "name",
      "namespace",
      "phase",
      "checksum",
    ]);
  });

  it("tells the phase as Flagger does: Progressing to what judges and approves steps, its own to the others", async () => {
    const phases: Partial<Record<WebhookType, string>> = {};
    for (const type of webhookTypes) {
      const server = await listen(answering(200));
      const hooks = createWebhooks([config({ type, url: server.url })], {});
      await hooks.call(type, { ...situation, phase: "WaitingPromotion" }, never);
      phases[type] = (JSON.parse(server.received[0]?.body ?? "") as { phase: string }).phase;
    }
    assert.deepEqual(phases, {
      "confirm-rollout": "WaitingPromotion",
      "pre-rollout": "Progressing",
      rollout: "Progressing",
      "confirm-traffic-increase": "Progressing",
      "confirm-promotion": "Progressing",
      "post-rollout": "WaitingPromotion",
      rollback: "WaitingPromotion",
      event: "WaitingPromotion",
    });
  });

  it("signs the body as it is sent", async () => {
    const server = await listen(answering(200));
    const hooks = createWebhooks([config({ url: server.url, secretVariable: "HOOK", metadata: { a: "ä" } })], {
      HOOK: "s3cret",
    });
    await hooks.call("rollout", situation, never);
    const { body = "", headers } = server.received[0] ?? {};
    const expected = createHmac("sha256", "s3cret").update(Buffer.from(body, "utf8")).digest("hex");
    assert.equal(headers?.["x-signature"], `sha256=${expected}`);
  });

  for (const [status, verdict] of [
    [200, "passed"],
    [202, "passed"],
    [203, "failed"],
    [204, "failed"],
    [404, "failed"],
    [500, "failed"],
  ] as const)
    it(`takes ${status} for ${verdict}, as Flagger does`, async () => {
      const { agreed, results } = await callOne("rollout", answering(status));
      assert.deepEqual([agreed, results[0]?.verdict], [verdict === "passed", verdict]);
    });

  it("names the webhook and what it answered, in 200 characters on one line", async () => {
    const body = `error rate\u001b[31m\n ${"x".repeat(500)}`;
    const { results } = await callOne("pre-rollout", answering(412, body), { name: "acceptance" });
    const [result] = results;
    assert.equal(result?.name, "acceptance");
    assert.equal(result?.kind, "webhook");
    const [, quoted = ""] = /^webhook acceptance failed: it answered 412: (.*)$/.exec(result?.message ?? "") ?? [];
    assert.equal(quoted, `error rate [31m ${"x".repeat(183)}…`);
    assert.equal(quoted.length, 200);
  });

  it("fails one that nobody answers, and one that never ends its answer", async () => {
    const webhooks = [
      config({ name: "gone", url: await closedPort() }),
      config({
        name: "hanging",
        timeout: "1s",
        url: (await listen((response) => response.writeHead(200).write("…"))).url,
      }),
      config({ name: "silent", timeout: "1s", url: (await listen(() => {})).url }),
    ];
    const { agreed, results } = await createWebhooks(webhooks, {}).call("rollout", situation, never);
    assert.equal(agreed, false);
    assert.deepEqual(
      results.map(({ verdict }) => verdict),
      ["failed", "failed", "failed"],
    );
    assert.match(results[0]?.message ?? "", /^webhook gone failed: no answer: connect ECONNREFUSED/);
    assert.equal(results[1]?.message, "webhook hanging failed: an answer (200) that did not end within 1s");
    assert.equal(results[2]?.message, "webhook silent failed: no answer within 1s");
  });

  it("sends again as often as it is told to", async () => {
    const respond: Responder = (response, index) => response.writeHead(index === 0 ? 503 : 200).end();
    assert.equal((await callOne("rollout", respond, { retries: 1 })).agreed, true);
    assert.equal(servers[0]?.received.length, 2);
    assert.equal((await callOne("rollout", respond)).agreed, false);
  });

  it("agrees only where all of a type do, and calls no other type", async () => {
    const [yes, no, other] = await Promise.all([
      listen(answering(200)),
      listen(answering(403)),
      listen(answering(500)),
    ]);
    const hooks = createWebhooks(
      [
        config({ name: "yes", type: "confirm-rollout", url: yes.url }),
        config({ name: "no", type: "confirm-rollout", url: no.url }),
        config({ name: "other", type: "post-rollout", url: other.url }),
      ],
      {},
    );
    const { agreed, results } = await hooks.call("confirm-rollout", situation, never);
    assert.equal(agreed, false);
    assert.deepEqual(
      results.map(({ name, verdict }) => [name, verdict]),
      [
        ["yes", "passed"],
        ["no", "no data"],
      ],
    );
    assert.equal(results[1]?.message, "webhook no has not approved yet: it answered 403");
    assert.equal(other.received.length, 0);
  });

  for (const type of webhookTypes)
    it(`${type === "rollback" ? "does not agree" : "agrees"} where there is no webhook of type ${type}`, async () => {
      const hooks = createWebhooks([], {});
      assert.equal(hooks.has(type), false);
      assert.deepEqual(await hooks.call(type, situation, never), { agreed: type !== "rollback", results: [] });
    });

  it("asks for a rollback where any webhook of that type answers with success", async () => {
    const [yes, no] = await Promise.all([listen(answering(200)), listen(answering(404))]);
    const of = (...urls: string[]) =>
      createWebhooks(
        urls.map((url) => config({ type: "rollback", url })),
        {},
      ).call("rollback", situation, never);
    assert.equal((await of(no.url, yes.url)).agreed, true);
    const { agreed, results } = await of(no.url, await closedPort());
    assert.equal(agreed, false);
    assert.deepEqual(
      results.map(({ verdict }) => verdict),
      ["passed", "inconclusive"],
    );
  });

  it("ends with the signal's reason instead of a failed check", async () => {
    const controller = new AbortController();
    const { url } = await listen(() => controller.abort(new Error("stopped")));
    const hooks = createWebhooks([config({ url })], {});
    await assert.rejects(hooks.call("rollout", situation, controller.signal), /stopped/);
  });

  it("tells events in Flagger's words, and lets no metadata overwrite them", async () => {
    const server = await listen(answering(200));
    const hooks = createWebhooks(
      [config({ type: "event", url: server.url, metadata: { team: "web", eventType: "Fine", timestamp: "0" } })],
      {},
    );
    const before = Date.now();
    assert.deepEqual(await hooks.tell({ severity: "info", message: "begun" }, situation), []);
    await hooks.tell({ severity: "warn", message: "waits" }, situation);
    await hooks.tell({ severity: "error", message: "failed" }, situation);
    const metadata = server.received.map(
      ({ body }) => (JSON.parse(body) as { metadata: Record<string, string> }).metadata,
    );
    assert.deepEqual(
      metadata.map(({ timestamp: _, ...rest }) => rest),
      [
        { team: "web", eventType: "Normal", eventMessage: "begun" },
        { team: "web", eventType: "Warning", eventMessage: "waits" },
        { team: "web", eventType: "Warning", eventMessage: "failed" },
      ],
    );
    for (const { timestamp } of metadata) {
      assert.match(timestamp ?? "", /^\d{13}$/);
      assert.ok(Number(timestamp) >= before);
    }
  });

  it("gives a line for an event that could not be told", async () => {
    const { url } = await listen(answering(500, "out of disk"));
    const hooks = createWebhooks([config({ name: "log", type: "event", url })], {});
    assert.deepEqual(await hooks.tell({ severity: "info", message: "begun" }, situation), [
      "webhook log failed: it answered 500: out of disk",
    ]);
  });

  it("refuses a secret's variable that is not set, or is empty", () => {
    const hooks = [config({ url: "http://a.example" }), config({ url: "http://a.example", secretVariable: "HOOK" })];
    for (const environment of [{}, { HOOK: "" }])
      assert.throws(
        () => createWebhooks(hooks, environment),
        new ConfigError([
          {
            key: "rollout.webhooks.1.secretVariable",
            value: "HOOK",
            allowed: "must name an environment variable that is set: set HOOK to the secret that signs the body",
          },
        ]),
      );
  });
});
