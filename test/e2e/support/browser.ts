import { launch, type Browser } from "puppeteer-core";
import { installDebianPackages } from "../../../lab/packages";
import { onPath } from "../../../sources/find-program";

const programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function browserProgram(): string | undefined {
  return programs.map(onPath).find((path) => path !== undefined);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Why no Chromium can be had here; nothing where there is one, or where {@link openBrowser} can install it. */
export function whyNoBrowser(): string | undefined {
  if (browserProgram() !== undefined || (onPath("apt-get") !== undefined && isRoot())) return undefined;
  return "needs Chromium on PATH, or root and apt-get to install it";
}

/** Starts a Chromium without a window, installing Debian's where there is none. */
export async function openBrowser(): Promise<Browser> {
  if (browserProgram() === undefined)
    await installDebianPackages(["chromium"], { report: () => {}, signal: AbortSignal.timeout(280_000) });
  const executablePath = browserProgram();
  if (executablePath === undefined) throw new Error("apt-get installed chromium, and yet it is not on PATH.");
  // Chromium's sandbox refuses to work for root.
  return launch({ executablePath, args: isRoot() ? ["--no-sandbox"] : [] });
}
