import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import { dashboardData, rolloutView, successRate } from "../unit/support/dashboard-source";
import { exampleData } from "./support/dashboard-example";
import { useDashboardInBrowser } from "./support/dashboard-in-browser";
import { takeScreenshot } from "./support/dashboard-screenshot";

describe("dashboard in a browser", function () {
  this.timeout(60_000);
  const dashboard = useDashboardInBrowser();
  const textOf = (selector: string) => dashboard.textOf(selector);
  const untilText = (selector: string, text: string) => dashboard.untilText(selector, text);
  const showExample = async () => {
    dashboard.source.data = exampleData(Date.now());
    await untilText("h1", "Stack prod");
  };

  it("shows how far the rollout is, its checks, the split, the plan and the history", async () => {
    await showExample();
    const shown: Record<string, string> = {};
    for (const id of ["phase", "versions", "weight", "checks", "split", "plan", "history", "countdown"])
      shown[id] = (await textOf(`#${id}`)).replace(/\s+/g, " ");
    assert.deepEqual([shown["phase"], shown["versions"], shown["weight"]], ["Progressing", "v1 → v2", "30%"]);
    assert.deepEqual(await dashboard.inPage("[steps.value, steps.max]"), [3, 5]);
    assert.match(shown["checks"] ?? "", /request-success-rate metric99\.82%at least 99%✓ passed/);
    assert.match(shown["checks"] ?? "", /request-duration metric224 msat most 500 ms✓ passed/);
    assert.match(shown["checks"] ?? "", /failed rounds: 1, rolls back at 3/);
    assert.match(shown["split"] ?? "", /v229\.5% measured, 30% planned \(118 requests\)/);
    assert.match(shown["plan"] ?? "", /www\.test\.com\/: 70% v1, 30% v2/);
    assert.match(shown["history"] ?? "", /11.*v1 → v2-rc1.*Failed.*rolled back: 3 rounds/);
    assert.match(shown["countdown"] ?? "", /^Next in \d+ s$/);
    const widths = await dashboard.inPage<string[]>(
      "[...document.querySelectorAll('.fill')].map((bar) => bar.style.inlineSize)",
    );
    assert.deepEqual(widths.slice(0, 4), ["70.5%", "70%", "29.5%", "30%"]);
    assert.deepEqual(dashboard.complaints, []);
  });

  it("draws how the rollout went: its weight, its metrics with their intervals, and the evidence against its limit", async () => {
    await showExample();
    await untilText("#charts", "failed requests");
    const drawn = await dashboard.inPage<[string, number, number, number, boolean][]>(
      `[...document.querySelectorAll("#charts figure")].map((figure) => [
        figure.querySelector("figcaption span").textContent,
        ...[".line", ".band", ".limit"].map((kind) => figure.querySelectorAll(kind).length),
        [...figure.querySelectorAll(".line")].every((line) => line.getTotalLength() > 100),
      ])`,
    );
    assert.deepEqual(drawn, [
      ["requests to v2", 1, 0, 0, true],
      ["failed requests", 2, 2, 0, true],
      ["99th percentile of durations", 1, 0, 0, true],
      ["evidence that v2 is worse by request-success-rate; 1 is enough", 1, 0, 1, true],
    ]);
    assert.match(await textOf("#charts"), /v2 \S+% \(\S+% to \S+%\)/);
    assert.deepEqual(dashboard.complaints, []);
  });

  it("says so where there has been no rollout", async () => {
    const { rollout: _, ...rest } = dashboardData();
    dashboard.source.data = rest;
    await untilText("#versions", "There has been no rollout yet.");
    assert.deepEqual([await textOf("#actions"), await textOf("#phase"), await textOf("#progress")], ["", "", ""]);
    assert.deepEqual(dashboard.complaints, []);
  });

  it("shows what changes without being loaded anew, and leaves focus and open rounds as they are", async () => {
    await showExample();
    const { page, source } = dashboard;
    await dashboard.inPage("window.stays = true");
    await page.click("#history button");
    await page.focus("[data-action=pause]");
    const { history, ...rest } = exampleData(Date.now());
    const failed = { ...successRate, verdict: "failed" as const, value: 91.5 };
    source.data = {
      ...rest,
      history: history.slice(0, 1),
      rollout: {
        ...rolloutView({ phase: "WaitingPromotion", step: 5, weight: 50 }),
        paused: "waits for approval of the promotion",
        rounds: [{ at: new Date().toISOString(), step: 5, weight: 50, verdict: "failed", checks: [failed] }],
        actions: ["approve", "pause", "abort"],
      },
    };
    await untilText("#history", "11");
    await untilText("#phase", "WaitingPromotion");
    assert.equal(await textOf("#weight"), "50%");
    assert.equal(await textOf("#paused"), "waits for approval of the promotion");
    assert.match(await textOf("#checks"), /91\.5%at least 99%✗ failed/);
    assert.match(await textOf("#announcement"), /WaitingPromotion, step 5 of 5, v2 gets 50%/);
    assert.equal(await textOf("#actions"), "ApprovePauseAbort …");
    assert.deepEqual(
      await dashboard.inPage(`({
        stays: window.stays,
        focus: document.activeElement.dataset.action,
        open: document.querySelector("#history .details").checkVisibility(),
        rollouts: document.querySelectorAll("#history .details").length,
      })`),
      { stays: true, focus: "pause", open: true, rollouts: 1 },
    );
  });

  it("counts down between two changes", async () => {
    const nextAt = new Date(Date.now() + 50_000).toISOString();
    dashboard.source.data = dashboardData({ rollout: rolloutView({ nextAt }) });
    await untilText("#progress", "Next in");
    const first = await textOf("#countdown");
    await dashboard.page.waitForFunction(`countdown.textContent !== ${JSON.stringify(first)}`);
    const [before, after] = [first, await textOf("#countdown")].map((text) => Number(/\d+/.exec(text)?.[0]));
    assert.ok((after ?? NaN) < (before ?? NaN), `${before} then ${after}`);
  });

  it("does at once what can be undone, and says what came of it", async () => {
    await dashboard.page.click("[data-action=pause]");
    await untilText("#answer", "Rollout 12: pause is done.");
    assert.deepEqual(dashboard.source.acted, ["pause"]);
  });

  it("shows why an action was refused", async () => {
    dashboard.source.onAct = () => Promise.reject(new Error("the lease is another driver's"));
    await dashboard.page.click("[data-action=pause]");
    await untilText("#answer", "the lease is another driver's");
  });

  for (const action of ["abort", "promote"] as const)
    it(`asks before it acts on ${action}, and takes Cancel and Escape for a no`, async () => {
      const { page, source } = dashboard;
      const opened = () => page.waitForSelector("#confirmation[open]");
      const closed = () => page.waitForSelector("#confirmation:not([open])");
      await page.click(`[data-action=${action}]`);
      await opened();
      assert.match(await textOf("#confirmation"), action === "abort" ? /go back to v1/ : /all requests go to v2/);
      await page.click("#confirmation-no");
      await closed();
      await page.click(`[data-action=${action}]`);
      await opened();
      await page.keyboard.press("Escape");
      await closed();
      assert.deepEqual(source.acted, []);
      await page.click(`[data-action=${action}]`);
      await opened();
      await page.click("#confirmation-yes");
      await untilText("#answer", `Rollout 12: ${action} is done.`);
      assert.deepEqual(source.acted, [action]);
    });

  it("aborts by keyboard alone", async () => {
    const { page, source } = dashboard;
    // Past the two stacks and the first button.
    for (const key of ["Tab", "Tab", "Tab", "Tab", "Enter"] as const) await page.keyboard.press(key);
    await page.waitForSelector("#confirmation[open]");
    assert.equal(await dashboard.inPage("document.activeElement.id"), "confirmation-no");
    for (const key of ["Tab", "Enter"] as const) await page.keyboard.press(key);
    await untilText("#answer", "Rollout 12: abort is done.");
    assert.deepEqual(source.acted, ["abort"]);
  });

  it("does not do to the next rollout what was confirmed for this one", async () => {
    const { page, source } = dashboard;
    await page.click("[data-action=abort]");
    await page.waitForSelector("#confirmation[open]");
    source.data = dashboardData({ rollout: rolloutView({ id: 13 }) });
    await untilText("#rollout-title", "Rollout 13");
    await page.click("#confirmation-yes");
    await untilText("#answer", "The action is for rollout 12, but the last rollout is 13.");
    assert.deepEqual(source.acted, []);
  });

  it("says that the connection is lost, and comes back by itself", async () => {
    const { page, source, stop, url } = dashboard;
    stop.abort();
    await untilText("#connection", "Connection lost");
    await page.click("[data-action=pause]");
    await untilText("#answer", "The dashboard did not answer");
    source.data = dashboardData({ rollout: rolloutView({ weight: 40 }) });
    await dashboard.serve(Number(new URL(url).port));
    await untilText("#connection", "Live");
    await untilText("#weight", "40%");
    await page.click("[data-action=pause]");
    await untilText("#answer", "reload it");
    assert.deepEqual(source.acted, []);
  });

  it("says that the data can't be read, for as long as it can't", async () => {
    dashboard.source.onRead = () => Promise.reject(new Error("connect ECONNREFUSED"));
    await untilText("#problem", "can't be read now: connect ECONNREFUSED");
    assert.equal(await textOf("#phase"), "Progressing");
    dashboard.source.onRead = () => {};
    await dashboard.page.waitForSelector("#problem", { hidden: true });
  });

  it("lists all stacks with how they are doing, and acts on the one whose page it is", async () => {
    const { page, source, beside } = dashboard;
    await untilText("#stacks [aria-current=page]", "dev");
    await untilText("#stacks a[href*=staging]", "staging Succeededv1 → v7, 30%");
    await page.click("#stacks a[href*=staging]");
    await untilText("h1", "Stack staging");
    await untilText("#stacks [aria-current=page]", "staging");
    beside.onRead = () => Promise.reject(new Error("connect ECONNREFUSED"));
    await untilText("#stacks [aria-current=page]", "can't be readconnect ECONNREFUSED");
    await untilText("#stacks a[href*=dev]", "Progressing");
    beside.onRead = () => {};
    await page.click("[data-action=pause]");
    await untilText("#answer", "pause is done");
    assert.deepEqual([source.acted, beside.acted], [[], ["pause"]]);
  });

  it("can be told apart by those who hear it: bar, buttons and tables have names", async () => {
    await showExample();
    for (const [role, name] of [
      ["progressbar", "step 3 of 5"],
      ["button", "Abort …"],
      ["button", "Rounds of rollout 11: 3"],
      ["table", "The last round of checks"],
      ["table", "Earlier rollouts"],
      ["region", "Live split"],
      ["heading", "Rollout 12"],
    ])
      assert.ok(await dashboard.page.$(`::-p-aria([name="${name}"][role="${role}"])`), `${role} ${name}`);
    const expanded = () => dashboard.inPage("document.querySelector('#history button').ariaExpanded");
    assert.equal(await expanded(), "false");
    await dashboard.page.click("#history button");
    assert.equal(await expanded(), "true");
  });

  for (const scheme of ["light", "dark"])
    for (const width of [1200, 360])
      it(`has nothing that axe finds, and nothing beside the edge, in ${scheme} and ${width} pixels wide`, async () => {
        const { page } = dashboard;
        const before = page.viewport();
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await page.setViewport({ width, height: 800 });
        await showExample();
        await dashboard.inPage(await readFile(require.resolve("axe-core/axe.min.js"), "utf8"));
        const { violations, passes } = await dashboard.inPage<AxeResults>("axe.run()");
        const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
        assert.ok(
          passes.some(({ id }) => id === "color-contrast"),
          "axe has looked",
        );
        assert.deepEqual(found, []);
        assert.ok((await dashboard.inPage<number>("document.documentElement.scrollWidth")) <= width);
        await page.setViewport(before);
      });

  it("has its picture taken", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sluice-dashboard-"));
    try {
      const file = join(folder, "dashboard.png") as `${string}.png`;
      await takeScreenshot(dashboard.page.browser(), file);
      const picture = await readFile(file);
      assert.equal(picture.subarray(1, 4).toString(), "PNG");
      assert.equal(picture.readUInt32BE(16), 1200);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
