import assert from "node:assert/strict";
import { rolloutView, successRate } from "../unit/support/dashboard-source";
import { serve } from "../unit/support/http-server";
import { useDashboardInBrowser } from "./support/dashboard-in-browser";

const json = '{ "Content-Type": "application/json", "X-CSRF-Token": "guessed" }';

describe("dashboard in a browser that visits others too", function () {
  this.timeout(60_000);
  const dashboard = useDashboardInBrowser();

  it("shows hostile text as text, wherever it stands", async () => {
    const { page, source } = dashboard;
    const hostile = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script><b>`;
    const check = { ...successRate, name: hostile, unit: hostile, allowed: hostile, message: hostile };
    const texts = { from: hostile, to: hostile, paused: hostile, outcome: hostile };
    const rounds = [{ at: new Date().toISOString(), step: 1, weight: 1, verdict: "failed" as const, checks: [check] }];
    source.data = {
      stack: hostile,
      plan: [hostile],
      split: [{ rule: hostile, versions: [{ version: hostile, planned: 1, measured: 1, count: 1 }], failures: 1 }],
      rollout: rolloutView({ ...texts, rounds }),
      history: [rolloutView({ ...texts, rounds, id: 11, phase: hostile as never })],
    };
    await dashboard.untilText("h1", hostile);
    await page.click("#history button");
    for (const selector of ["#versions", "#paused", "#outcome", "#checks", "#split", "#plan", "#history", ".details"])
      assert.ok((await dashboard.textOf(selector)).includes(hostile), selector);
    await page.click("[data-action=abort]");
    assert.ok((await dashboard.textOf("#confirmation-text")).includes(hostile));
    source.onRead = () => Promise.reject(new Error(hostile));
    await dashboard.untilText("#problem", hostile);
    assert.equal(await dashboard.inPage("document.querySelectorAll('img, b, script:not([src])').length"), 0);
    assert.equal(await dashboard.inPage("'hacked' in window"), false);
    assert.deepEqual(dashboard.complaints, []);
  });

  it("would refuse markup even if its own script put it in", async () => {
    const attempt =
      "(() => { try { document.body.innerHTML = '<b>'; return 'put in'; } catch (e) { return e.name; } })()";
    assert.equal(await dashboard.inPage(attempt), "TypeError");
  });

  for (const [what, host] of [
    ["another site", "localhost"],
    ["another port", "127.0.0.1"],
  ] as const)
    describe(`such as a page of ${what}`, () => {
      /** Opens a page of an attacker's, with what it has in its body. */
      const visit = async (body: string) => {
        const server = await serve((response) => response.setHeader("Content-Type", "text/html").end(body));
        dashboard.stop.signal.addEventListener("abort", () => server.close());
        await dashboard.page.goto(server.url.replace("127.0.0.1", host));
      };

      for (const type of ["text/plain", "application/x-www-form-urlencoded"])
        it(`can't act by a form of ${type}`, async () => {
          const action = `${dashboard.url}actions/abort`;
          await visit(
            `<form method="post" enctype="${type}" action="${action}"><input name='{"a":"' value='"}'></form>`,
          );
          const [answer] = await Promise.all([
            dashboard.page.waitForNavigation(),
            dashboard.inPage("document.querySelector('form').submit()"),
          ]);
          assert.deepEqual([answer?.url(), answer?.status()], [action, 403]);
          assert.deepEqual(dashboard.source.acted, []);
        });

      it("can't act by fetch, nor read the token, the events or a file", async () => {
        await visit("<p>Good evening</p>");
        const attempts = [
          `"actions/abort", { method: "POST", mode: "no-cors", body: "{}" }`,
          `"actions/abort", { method: "POST", body: "{}" }`,
          `"actions/abort", { method: "POST", headers: ${json}, body: "{}", credentials: "include" }`,
          `""`,
          `"events"`,
          `"page/main.mjs"`,
        ];
        const outcomes = await dashboard.inPage(`(() => {
          const attempt = (path, init) => fetch(${JSON.stringify(dashboard.url)} + path, init).then(
            async (answer) => answer.type + " " + answer.status + " " + (await answer.text()),
            () => "refused",
          );
          return Promise.all([${attempts.map((call) => `attempt(${call})`).join()}]);
        })()`);
        assert.deepEqual(outcomes, Array(attempts.length).fill("refused"));
        assert.deepEqual(dashboard.source.acted, []);
      });

      it("can't frame it", async () => {
        await visit(`<iframe src="${dashboard.url}"></iframe>`);
        const frames = dashboard.page.frames();
        assert.equal(frames.length, 2);
        for (const frame of frames) assert.equal(await frame.$("#actions"), null);
      });
    });
});
