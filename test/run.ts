import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { packageFolder } from "../package-folder";
import { whyNoLab } from "./e2e/support/lab";
import { hasStopped, runNode, stopProcesses } from "./processes";
import { reportVariable, summaryOf, type Report } from "./report";
import { lanesFor, type Lane } from "./suites";

const reports: Report[] = [];
const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
const openLabs = new Set<string>();
const began = Date.now();

const { all, e2e } = new Command("run")
  .description("runs all tests: those with a lab side by side, each lab gone at the end")
  .option("--all", "Flagger, Istio's mesh, Gateway API's conformance and random seeds too")
  .option("--e2e", "none but those that need a cluster or a built program")
  .parse()
  .opts<{ all?: boolean; e2e?: boolean }>();
const seed = process.env["SLUICE_TEST_SEED"] ?? String(all ? Date.now() % 1_000_000_000 : 20_261_128);

void main();

async function main(): Promise<void> {
  for (const [name, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)
    process.on(name, () => void stop(name, status));
  const { lanes, withoutLab } = lanesFor(all ?? false);
  print(`seed of the tests that draw: SLUICE_TEST_SEED=${seed}`);
  await Promise.all([
    ...lanes.map(runLane),
    (async () => {
      if (!e2e) await runMocha("unit and policies", ["test/unit/**/*.test.ts", "test/policies/**/*.test.ts"]);
      for (const suite of withoutLab) await runSuite(suite);
      // A lab has Debian's packages installed that some of these need.
      await turn;
      await runMocha("programs", ["test/programs/**/*.test.ts"]);
    })(),
  ]);
  // The signal's handler ends the process.
  if (!hasStopped()) end(reports.some(({ failed }) => failed > 0) ? 1 : 0);
}

/** All suites of a lab. The lab goes as soon as the last one has ended. */
async function runLane(lane: Lane): Promise<void> {
  const { name, port } = lane.lab;
  const suites = lane.stages.flatMap(({ suites }) => suites);
  const env = { SLUICE_TEST_LAB: name, SLUICE_TEST_LAB_PORT: String(port), SLUICE_TEST_LAB_STAYS: "true" };
  if (whyNoLab() === undefined) {
    openLabs.add(name);
    // A run that was killed leaves one.
    await takeDown(name);
    const isUp = await inTurn(() => (lane.hasPlatform ? bringUpPlatform(env) : bringUpLab(lane)));
    if (!isUp) return void reports.push(...suites.map((suite) => broken(`${suite}: the lab ${name} did not come up`)));
  }
  for (const { suites, atOnce } of lane.stages) {
    const waiting = [...suites];
    const work = async () => {
      for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) await runSuite(suite, env);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
  if (!hasStopped()) await takeDown(name);
}

let turn: Promise<unknown> = Promise.resolve();

/** One lab after the other: on a new machine both would install the same of Debian, and build the same. */
function inTurn(bringUp: () => Promise<boolean>): Promise<boolean> {
  const mine = turn.then(bringUp);
  turn = mine;
  return mine;
}

/** True if it is up. */
async function bringUpLab({ lab: { name, port } }: Lane): Promise<boolean> {
  if (hasStopped()) return false;
  const { exitCode, output } = await runNode([
    "cli/sluice.js",
    "lab",
    "up",
    "--name",
    name,
    "--api-port",
    String(port),
  ]);
  if (exitCode !== 0 && !hasStopped()) print(`\nthe lab ${name} did not come up\n${output}`);
  return exitCode === 0;
}

/** True where it is up. */
async function bringUpPlatform(env: Readonly<Record<string, string>>): Promise<boolean> {
  if (hasStopped()) return false;
  const { exitCode, output } = await runNode(["-r", "./test/register.js", "test/e2e/support/platform.ts"], env);
  if (exitCode !== 0 && !hasStopped()) print(`\nthe platform of ${env["SLUICE_TEST_LAB"]} did not come up\n${output}`);
  return exitCode === 0;
}

async function runSuite(suite: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  // A stack of its own, so that its file, its host and its namespace are nobody else's.
  await runMocha(suite, [`test/e2e/${suite}.test.ts`], { ...env, SLUICE_TEST_STACK: `e2e-${suite}` });
}

async function runMocha(title: string, files: readonly string[], env: Readonly<Record<string, string>> = {}) {
  if (hasStopped()) return;
  const file = join(folder, `${title}.json`);
  const start = Date.now();
  const mocha = [require.resolve("mocha/bin/mocha.js"), "--config", "test/mocharc.json", ...files];
  const { output } = await runNode(mocha, { ...env, SLUICE_TEST_SEED: seed, [reportVariable]: file });
  print(`\n== ${title} (${seconds(Date.now() - start)})\n${output}`);
  reports.push(readReport(file) ?? broken(`${title}: mocha did not come to its end`));
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return undefined;
  }
}

/** What counts as one failed test, though no test tells it. */
function broken(failure: string): Report {
  return { passed: 0, failed: 1, skipped: 0, suites: [], failures: [failure] };
}

async function takeDown(lab: string): Promise<void> {
  const { exitCode, output } = await runNode(["cli/sluice.js", "lab", "down", "--name", lab]);
  if (exitCode === 0) return;
  print(output);
  reports.push(broken(`the lab ${lab} did not go down`));
}

/** Ends what runs, and takes all labs down; asked again, it goes on doing so. */
async function stop(signal: string, status: number): Promise<void> {
  if (hasStopped()) return;
  print(`\n${signal}: ending the tests that run, and taking ${[...openLabs].join(" and ") || "nothing"} down`);
  await stopProcesses();
  for (const lab of openLabs) await takeDown(lab);
  end(status);
}

function end(status: number): never {
  rmSync(folder, { recursive: true });
  for (const file of readdirSync(packageFolder)) if (/^Pulumi\.e2e.*\.yaml$/.test(file)) rmSync(file);
  process.stdout.write(`\nall of it: ${seconds(Date.now() - began)}\n${summaryOf(reports)}`);
  process.exit(status);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
