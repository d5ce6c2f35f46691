import type { Browser } from "puppeteer-core";
import { createDashboard, serveDashboard } from "../../../rollout/dashboard";
import { only } from "../../unit/support/dashboard-source";
import { openBrowser } from "./browser";
import { exampleData } from "./dashboard-example";

/**
 * Takes a picture of the dashboard with {@link exampleData}, 1200 pixels wide: how `docs/dashboard.png` is made, by
 * `npx ts-node -P tsconfig.swc.json test/e2e/support/dashboard-screenshot.ts docs/dashboard.png`.
 */
export async function takeScreenshot(browser: Browser, file: `${string}.png`): Promise<void> {
  const stop = new AbortController();
  const data = exampleData(Date.now());
  const source = { read: () => Promise.resolve(data), act: () => Promise.resolve("") };
  const { url } = await serveDashboard(createDashboard({ sources: only(source) }), { port: 0, signal: stop.signal });
  const page = await browser.newPage();
  try {
    await page.setViewport({ width: 1200, height: 900 });
    await page.goto(url);
    await page.waitForSelector("#connection[data-state=live]");
    await page.screenshot({ path: file, fullPage: true });
  } finally {
    await page.close();
    stop.abort();
  }
}

async function main(file: string): Promise<void> {
  const browser = await openBrowser();
  try {
    await takeScreenshot(browser, file as `${string}.png`);
  } finally {
    await browser.close();
  }
}

if (require.main === module) void main(process.argv[2] ?? "docs/dashboard.png");
