import assert from "node:assert/strict";
import type { Browser, Page } from "puppeteer-core";
import { createDashboard, serveDashboard } from "../../../rollout/dashboard";
import { FakeSource, dashboardData, rolloutView } from "../../unit/support/dashboard-source";
import { openBrowser, whyNoBrowser } from "./browser";
import { skipBecause } from "./lab";

/** A dashboard with data that a test changes, and the browser's page that shows it. */
export class DashboardInBrowser {
  source!: FakeSource;
  /** Another stack's, on the same dashboard. */
  beside!: FakeSource;
  page!: Page;
  /** Ends the dashboard's server. */
  stop!: AbortController;
  /** The dashboard's address, with the slash at its end. */
  url!: string;
  /** What the browser's console has of errors, the page's policy's among them. */
  complaints: string[] = [];

  async serve(port = 0): Promise<void> {
    this.stop = new AbortController();
    const sources = new Map([
      ["dev", this.source],
      ["staging", this.beside],
    ]);
    const app = createDashboard({ sources });
    ({ url: this.url } = await serveDashboard(app, { port, signal: this.stop.signal }));
  }

  async open(browser: Browser): Promise<void> {
    this.source = new FakeSource();
    this.beside = new FakeSource();
    this.beside.data = dashboardData({ stack: "staging", rollout: rolloutView({ to: "v7", phase: "Succeeded" }) });
    this.complaints = [];
    await this.serve();
    this.page = await browser.newPage();
    this.page.on("console", (message) => message.type() === "error" && this.complaints.push(message.text()));
    this.page.on("pageerror", (error) => this.complaints.push(String(error)));
    await this.page.goto(this.url);
    await this.page.waitForSelector("#connection[data-state=live]");
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.page.close();
  }

  /** An element's text as it stands in the page, nothing hidden left out. */
  async textOf(selector: string): Promise<string> {
    return this.inPage<string>(`document.querySelector(${JSON.stringify(selector)}).textContent`);
  }

  /** Waits until an element's text holds what it should, and fails with what it holds instead. */
  async untilText(selector: string, text: string): Promise<void> {
    const holds = `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`;
    await this.page.waitForFunction(holds, { timeout: 10_000 }).catch(async () => {
      assert.fail(`${selector} is "${await this.textOf(selector)}", without "${text}"`);
    });
  }

  /** What an expression, written as text, comes to in the page. */
  async inPage<Value>(expression: string): Promise<Value> {
    return (await this.page.evaluate(expression)) as Value;
  }
}

/** Gives each test of a suite a dashboard of its own in one browser; skips the suite where none can be had. */
export function useDashboardInBrowser(): DashboardInBrowser {
  const dashboard = new DashboardInBrowser();
  let browser: Browser | undefined;
  before(async function () {
    this.timeout(300_000);
    const reason = whyNoBrowser();
    if (reason !== undefined) skipBecause(this, reason);
    browser = await openBrowser();
  });
  beforeEach(async () => {
    if (browser) await dashboard.open(browser);
  });
  afterEach(() => dashboard.close());
  after(() => browser?.close());
  return dashboard;
}
