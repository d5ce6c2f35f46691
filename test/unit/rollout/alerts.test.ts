import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { alert, alertTypes, severities, type Severity } from "../../../config/rollout-hooks";
import { createAlerts } from "../../../rollout/alerts";
import { checkHookSecrets } from "../../../rollout/hook-secrets";
import { answering, closedPort, serve, type Responder, type TestServer } from "../support/http-server";
import { situation } from "../support/situation";

const hostile = "<!channel> [win](http://evil.example) & **bold**";
const notice = (severity: Severity = "info", message = "v2 gets 30% of the traffic") => ({ severity, message });
/** An alert as the config's schema gives it. */
const config = (settings: Record<string, unknown>) => alert.parse({ name: "team", ...settings });
const success: Record<string, string> = {
  slack: "ok",
  msteams: "",
  dingtalk: '{"errcode":0,"errmsg":"ok"}',
  feishu: '{"code":0,"data":{},"msg":"success"}',
  webhook: "",
};

describe("alerts", () => {
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
  /** Sends one notice to one place, which takes it. */
  const sendTo = async (type: string, settings: Record<string, unknown> = {}, told = notice()) => {
    const server = await listen(answering(200, success[type]));
    const url = `${server.url}/hook?access_token=token-123456`;
    const lines = await createAlerts([config({ type, url, ...settings })], { SECRET: "s3cret" }).send(told, situation);
    assert.deepEqual(lines, []);
    const [received] = server.received;
    assert.equal(received?.headers["content-type"], "application/json");
    return { ...received, body: JSON.parse(received.body) as unknown, text: received.body };
  };

  it("writes to Slack as its attachments are written", async () => {
    const { body } = await sendTo("slack");
    assert.deepEqual(body, {
      attachments: [
        {
          fallback: "Sluice: nginx.web: v2 gets 30% of the traffic",
          color: "good",
          author_name: "Sluice: nginx.web",
          text: "v2 gets 30% of the traffic",
          mrkdwn_in: ["text"],
          fields: [
            { title: "Stack", value: "dev", short: true },
            { title: "Phase", value: "Progressing", short: true },
            { title: "Canary", value: "v2", short: true },
            { title: "Stable", value: "v1", short: true },
            { title: "Weight", value: "30%", short: true },
          ],
        },
      ],
    });
  });

  it("escapes what would call a channel or be a link in Slack", async () => {
    const { body } = await sendTo("slack", {}, notice("info", hostile));
    const { text } = (body as { attachments: [{ text: string }] }).attachments[0];
    assert.equal(text, "&lt;!channel&gt; [win](http://evil.example) &amp; **bold**");
  });

  it("writes to Teams the card that its workflows post, the message as text that is no Markdown", async () => {
    const { body } = await sendTo("msteams", {}, notice("error", hostile));
    assert.deepEqual(body, {
      type: "message",
      attachments: [
        {
          contentType: "application/vnd.microsoft.card.adaptive",
          contentUrl: null,
          content: {
            $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
            type: "AdaptiveCard",
            version: "1.2",
            body: [
              {
                type: "TextBlock",
                text: "Sluice: nginx.web",
                weight: "Bolder",
                size: "Medium",
                color: "Attention",
                wrap: true,
              },
              { type: "RichTextBlock", inlines: [{ type: "TextRun", text: hostile }] },
              {
                type: "FactSet",
                facts: [
                  { title: "Stack", value: "dev" },
                  { title: "Phase", value: "Progressing" },
                  { title: "Canary", value: "v2" },
                  { title: "Stable", value: "v1" },
                  { title: "Weight", value: "30%" },
                ],
              },
            ],
          },
        },
      ],
    });
  });

  it("takes Teams' 202 for success", async () => {
    const { url } = await listen(answering(202));
    assert.deepEqual(await createAlerts([config({ type: "msteams", url })], {}).send(notice(), situation), []);
  });

  it("writes to DingTalk in its Markdown, without links of others", async () => {
    const { body, path } = await sendTo("dingtalk", {}, notice("warn", hostile));
    assert.deepEqual(body, {
      msgtype: "markdown",
      markdown: {
        title: "Sluice: nginx.web",
        text: [
          "#### Sluice: nginx.web",
          "＜!channel> ［win］(http://evil.example) & **bold**",
          "- Stack: dev\n- Phase: Progressing\n- Canary: v2\n- Stable: v1\n- Weight: 30%",
        ].join("\n\n"),
      },
    });
    assert.equal(path, "/hook?access_token=token-123456");
  });

  it("signs DingTalk's address with the milliseconds and the secret", async () => {
    const before = Date.now();
    const { path = "" } = await sendTo("dingtalk", { secretVariable: "SECRET" });
    const [, token, timestamp = "", sign = ""] =
      /^\/hook\?access_token=([^&]+)&timestamp=(\d{13})&sign=([^&]+)$/.exec(path) ?? [];
    assert.equal(token, "token-123456");
    assert.ok(Number(timestamp) >= before && Number(timestamp) <= Date.now());
    const mac = createHmac("sha256", "s3cret").update(`${timestamp}\ns3cret`).digest("base64");
    assert.equal(sign, encodeURIComponent(mac));
  });

  it("writes to Feishu a card of plain text", async () => {
    const { body } = await sendTo("feishu", {}, notice("warn", hostile));
    const field = (content: string) => ({ is_short: true, text: { tag: "plain_text", content } });
    assert.deepEqual(body, {
      msg_type: "interactive",
      card: {
        config: { wide_screen_mode: true },
        header: { template: "orange", title: { tag: "plain_text", content: "Sluice: nginx.web" } },
        elements: [
          { tag: "div", text: { tag: "plain_text", content: hostile } },
          {
            tag: "div",
            fields: ["Stack: dev", "Phase: Progressing", "Canary: v2", "Stable: v1", "Weight: 30%"].map(field),
          },
        ],
      },
    });
  });

  it("signs Feishu's body with the seconds and the secret as the key, of nothing", async () => {
    const { body } = await sendTo("feishu", { secretVariable: "SECRET" });
    const { timestamp, sign } = body as { timestamp: string; sign: string };
    assert.match(timestamp, /^\d{10}$/);
    assert.equal(sign, createHmac("sha256", `${timestamp}\ns3cret`).update("").digest("base64"));
  });

  it("writes everything to a plain webhook, and signs it as webhooks are", async () => {
    const { body, headers, text } = await sendTo("webhook", { secretVariable: "SECRET" }, notice("error"));
    const { timestamp, ...rest } = body as { timestamp: string };
    assert.deepEqual(rest, { severity: "error", message: "v2 gets 30% of the traffic", ...situation });
    assert.equal(new Date(timestamp).toISOString(), timestamp);
    const expected = createHmac("sha256", "s3cret").update(text).digest("hex");
    assert.equal(headers?.["x-signature"], `sha256=${expected}`);
  });

  it("gives each severity a color of its own", async () => {
    const colors = { slack: /"color":"(\w+)"/, msteams: /"color":"(\w+)"/, feishu: /"template":"(\w+)"/ };
    const seen: Record<string, (string | undefined)[]> = {};
    for (const [type, pattern] of Object.entries(colors))
      for (const severity of severities)
        (seen[type] ??= []).push(pattern.exec((await sendTo(type, {}, notice(severity))).text)?.[1]);
    assert.deepEqual(seen, {
      slack: ["good", "warning", "danger"],
      msteams: ["Good", "Warning", "Attention"],
      feishu: ["green", "orange", "red"],
    });
  });

  it("sends to the places whose severity asks for it", async () => {
    const server = await listen(answering(200));
    const places = severities.map((severity) =>
      config({ type: "webhook", severity, url: `${server.url}/${severity}` }),
    );
    const told: Record<string, string[]> = {};
    for (const severity of severities) {
      server.received.length = 0;
      await createAlerts(places, {}).send(notice(severity), situation);
      told[severity] = server.received.map(({ path }) => path).sort();
    }
    assert.deepEqual(told, { info: ["/info"], warn: ["/info", "/warn"], error: ["/error", "/info", "/warn"] });
  });

  it("takes the address from the environment", async () => {
    const server = await listen(answering(200));
    const places = [config({ type: "webhook", urlVariable: "ALERT_URL" })];
    await createAlerts(places, { ALERT_URL: `${server.url}/from-environment` }).send(notice(), situation);
    assert.equal(server.received[0]?.path, "/from-environment");
  });

  for (const [type, body, reason] of [
    ["dingtalk", '{"errcode":310000,"errmsg":"sign not match"}', "errcode is 310000"],
    ["dingtalk", "<html>log in</html>", "the answer has no errcode"],
    ["feishu", '{"code":19021,"msg":"sign match fail"}', "code is 19021"],
    ["feishu", '{"StatusCode":9499,"StatusMessage":"Bad Request"}', "code is 9499"],
    ["feishu", "[]", "the answer has no code"],
  ] as const)
    it(`takes ${type}'s 200 with ${body} for a failure`, async () => {
      const { url } = await listen(answering(200, body));
      const lines = await createAlerts([config({ type, url })], {}).send(notice(), situation);
      assert.deepEqual(lines, [`alert team (${type}) could not be sent: ${reason}: ${body}`]);
    });

  it("takes an older Feishu bot's StatusCode 0 for success", async () => {
    const { url } = await listen(answering(200, '{"StatusCode":0,"StatusMessage":"success"}'));
    assert.deepEqual(await createAlerts([config({ type: "feishu", url })], {}).send(notice(), situation), []);
  });

  for (const type of alertTypes)
    it(`gives a line where ${type} answers 404, and never shows the address`, async () => {
      const server = await listen((response, _, { path }) => response.writeHead(404).end(`Cannot POST ${path}`));
      const places = [config({ type, url: `${server.url}/services/T00000001/s3cret%2Dpath?key=query-secret` })];
      const [line = ""] = await createAlerts(places, {}).send(notice(), situation);
      assert.match(line, new RegExp(`^alert team \\(${type}\\) could not be sent: it answered 404: Cannot POST …`));
      assert.doesNotMatch(line, /T00000001|s3cret|query-secret|127\.0\.0\.1/);
    });

  it("gives a line for each place that nobody answers at, and tells the others all the same", async () => {
    const server = await listen(answering(200));
    const places = [
      config({ name: "gone", type: "slack", url: `${await closedPort()}/services/secret` }),
      config({ type: "webhook", url: server.url }),
    ];
    const lines = await createAlerts(places, {}).send(notice(), situation);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^alert gone \(slack\) could not be sent: no answer: connect ECONNREFUSED …:\d+$/);
    assert.equal(server.received.length, 1);
  });

  it("gives a line for a place that hangs", async () => {
    const { url } = await listen((response) => response.writeHead(200).write("ok"));
    const lines = await createAlerts([config({ type: "slack", url })], {}).send(notice(), situation);
    assert.deepEqual(lines, ["alert team (slack) could not be sent: an answer (200) that did not end within 5s"]);
  });

  it("refuses variables that are not set or hold no address, all at once and without a value", () => {
    const alerts = [
      config({ type: "slack", urlVariable: "SLACK_URL" }),
      config({ type: "dingtalk", urlVariable: "DING_URL", secretVariable: "DING_SECRET" }),
      config({ type: "feishu", urlVariable: "FEISHU_URL", secretVariable: "FEISHU_SECRET" }),
    ];
    const webhooks = [{}, { secretVariable: "HOOK_SECRET" }];
    const environment = { DING_URL: "hooks.example/t0ken", FEISHU_URL: "https://a.example", FEISHU_SECRET: "s" };
    assert.throws(
      () => checkHookSecrets({ webhooks, alerts }, environment),
      (error: Error) => {
        assert.deepEqual(error.message.split("\n"), [
          'sluice:rollout.webhooks.1.secretVariable is "HOOK_SECRET": it must name an environment variable that is set: set HOOK_SECRET to the secret that signs the body',
          'sluice:rollout.alerts.0.urlVariable is "SLACK_URL": it must name an environment variable that is set: set SLACK_URL to the address that the slack alert goes to',
          'sluice:rollout.alerts.1.urlVariable is "DING_URL": it must name an environment variable that holds an http or https URL; this one holds something else (not shown, as it may be a secret)',
          'sluice:rollout.alerts.1.secretVariable is "DING_SECRET": it must name an environment variable that is set: set DING_SECRET to the secret that signs the alert',
        ]);
        return true;
      },
    );
    assert.throws(() => createAlerts(alerts, environment));
    assert.doesNotThrow(() => checkHookSecrets({}, {}));
  });
});
