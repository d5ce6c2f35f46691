import { createRequire } from "node:module";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { failureStatus, reportFailure } from "../cli/failure";
import { untilInterrupted } from "../cli/interruption";
import { profileVariable } from "../cluster/profile";
import { labInfo, labStatus } from "../lab";
import { measureColdBuild } from "./cold";
import { figuresOfShifts } from "./figures";
import {
  describeMachine,
  type Figure,
  loadAverage,
  type Machine,
  type Report,
  showJson,
  showMarkdown,
  showTable,
} from "./report";
import { loadedCases } from "./lossless/cases";
import { measureLoaded } from "./lossless/measure";
import { showLoaded, showLoadedJson, showLoadedMarkdown } from "./lossless/report";
import { figuresOfMigration } from "./migrate";
import { figuresOfEngine } from "./engine";
import { measureSimulated } from "./rollouts/simulated";
import type * as SideBySide from "./rollouts/side-by-side";
import { measureShifts, type Place } from "./shift";
import type * as WayBack from "./way-back";
import type * as Prometheus from "../test/e2e/support/prometheus";
import { repeat, tell, timeSluice, type TimedRun } from "./sluice";
import { benchStack, removeStackFiles, weightEdit, writeStackFile } from "./stack";

interface BenchOptions {
  readonly lossless?: boolean;
  readonly engine?: boolean;
  readonly rollouts?: boolean;
  readonly migrate?: boolean;
  readonly wayBack?: boolean;
  readonly cold?: boolean;
  readonly keep?: boolean;
  readonly labName: string;
  readonly labPort?: string;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

const defaultLab = { name: "sluice-bench", port: "16445" };

const command = new Command("bench")
  .description("measure Sluice on a lab and print the figures; nothing is asserted (npm run bench -- --help)")
  .option("--lossless", "instead: change stacks under 200 requests a second, and count what is lost")
  .addOption(new Option("--engine", "instead: previews and updates beside bare ones of Pulumi's").conflicts("lossless"))
  .addOption(
    new Option("--rollouts", "instead: rollouts beside Flagger's, and the driver by itself").conflicts([
      "lossless",
      "engine",
    ]),
  )
  .addOption(
    new Option("--migrate", "instead: a live host moves to another router under load").conflicts([
      "lossless",
      "engine",
      "rollouts",
    ]),
  )
  .addOption(
    new Option("--way-back", "instead: rollbacks and shifts, and what a waiting driver costs").conflicts([
      "lossless",
      "engine",
      "rollouts",
      "migrate",
    ]),
  )
  .option("--cold", "also time the lab's first start with empty caches, which takes many minutes")
  .option("--keep", "leave the lab up; one that ran before is always left")
  .option("--lab-name <name>", "the lab to measure on", defaultLab.name)
  .option("--lab-port <port>", `the port of its API server (default: ${defaultLab.port} for ${defaultLab.name})`)
  .addOption(new Option("--markdown", "the figures as a Markdown table").conflicts("json"))
  .option("--json", "the figures as JSON")
  .action((options: BenchOptions) =>
    untilInterrupted((signal) =>
      bench(options, signal).catch((error: unknown) => {
        // Whatever an interruption broke off first, it is reported as what it was.
        throw signal.aborted ? signal.reason : error;
      }),
    ),
  );

async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const { labName } = options;
  const port = options.labPort ?? (labName === defaultLab.name ? defaultLab.port : undefined);
  const cluster = ["--cluster", "lab", "--lab-name", labName, ...(port ? ["--lab-port", port] : [])];
  const place: Place = { labName, target: ["--stack", benchStack, ...cluster], signal };
  const machine = describeMachine();
  const cold = options.cold ? [await measureColdBuild(labName, signal)] : [];
  const wasThere = (await labStatus({ name: labName })).state !== "stopped";
  // Weight 0, so that each later change moves all traffic and the answers mark it without any statistics.
  writeStackFile(weightEdit(0));
  try {
    if (options.lossless) return await benchLossless(place, machine, options);
    const measured = options.rollouts
      ? await measureRollouts(place)
      : options.migrate
        ? await measureMigration(place)
        : options.engine
          ? await measureEngine(place)
          : options.wayBack
            ? await measureWayBack(place)
            : await measureAll(place, wasThere, cold);
    const report: Report = { lab: labName, machine: { ...machine, loadAtEnd: loadAverage() }, ...measured };
    const show = options.json ? showJson : options.markdown ? showMarkdown : showTable;
    process.stdout.write(`${show(report)}\n`);
  } finally {
    await cleanUp(place, wasThere || options.keep === true);
  }
}

async function measureAll(place: Place, wasThere: boolean, cold: readonly number[]) {
  const { engine, figures } = await measureStart(place, wasThere);
  const offline = await measureOffline(place);
  return {
    engine,
    figures: [coldFigure(cold), ...figures, ...offline, ...figuresOfShifts(await measureShifts(5, place))],
  };
}

async function measureEngine(place: Place) {
  const engine = lineOf(await start(place), "engine:");
  return { engine, figures: await figuresOfEngine(place) };
}

async function measureWayBack(place: Place) {
  const engine = lineOf(await start(place), "engine:");
  // What the tests have for moods and for the API server finds its lab by the environment, when it is loaded.
  process.env["SLUICE_TEST_LAB"] = place.labName;
  const { figuresOfWayBack } = createRequire(__filename)("./way-back") as typeof WayBack;
  return { engine, figures: await figuresOfWayBack(place) };
}

async function measureMigration(place: Place) {
  const { labName, target, signal } = place;
  tell("the lab, with the kinds of Gateway API");
  await timeSluice(["lab", "up", "--name", labName, ...portOf(target), "--with", "gateway-api"], { signal });
  return { engine: lineOf(await start(place), "engine:"), figures: await figuresOfMigration(place) };
}

/** The lab's port as `sluice lab up` takes it. */
function portOf(target: readonly string[]): string[] {
  return target.flatMap((option, index) => (option === "--lab-port" ? ["--api-port", target[index + 1] ?? ""] : []));
}

async function measureRollouts(place: Place) {
  const { labName, target, signal } = place;
  const simulated = await measureSimulated();
  tell("the lab, with Prometheus and Flagger");
  const parts = ["ingress-nginx", "prometheus", "flagger"].flatMap((part) => ["--with", part]);
  await timeSluice(["lab", "up", "--name", labName, ...portOf(target), ...parts], { signal });
  const engine = lineOf(await start(place), "engine:");
  // What the tests have for Prometheus and for moods finds its lab by the environment, when it is loaded.
  process.env["SLUICE_TEST_LAB"] = labName;
  const load = createRequire(__filename);
  const { deployPrometheus, removePrometheus } = load("../test/e2e/support/prometheus") as typeof Prometheus;
  const { figuresOfRuns, measureSideBySide } = load("./rollouts/side-by-side") as typeof SideBySide;
  await timeSluice(["down", "--yes", "--keep-cluster", ...target], { signal });
  const runs = await measureSideBySide(place, () => deployPrometheus("ingress-nginx"));
  await removePrometheus("ingress-nginx");
  return { engine, figures: [...figuresOfRuns(runs), ...simulated] };
}

async function benchLossless(
  place: Place,
  machine: Omit<Machine, "loadAtEnd">,
  { labName, json, markdown }: BenchOptions,
): Promise<void> {
  const engine = lineOf(await start(place), "engine:");
  const measured = await measureLoaded(loadedCases, place);
  const report = { lab: labName, engine, machine: { ...machine, loadAtEnd: loadAverage() }, ...measured };
  const show = json ? showLoadedJson : markdown ? showLoadedMarkdown : showLoaded;
  process.stdout.write(`${show(report)}\n`);
}

function start({ target, signal }: Place): Promise<TimedRun> {
  tell("sluice start");
  return timeSluice(["start", ...target], { signal });
}

function coldFigure(values: readonly number[]): Figure {
  const note =
    values.length > 0 ? "no build, module or download cached; Debian packages apart" : "not measured (--cold)";
  return { name: "sluice lab up, cold", unit: "s", values, note };
}

async function measureStart(place: Place, wasThere: boolean) {
  const first = await start(place);
  const engine = lineOf(first, "engine:");
  const programs = lineOf(first, "✓ Build the cluster's programs").replace(/^.*: | \(.*$/g, "");
  const fresh: Figure = {
    name: "sluice start, no lab yet",
    unit: "s",
    values: wasThere ? [] : [first.seconds],
    note: wasThere ? "not measured (the lab ran before)" : `lab, stack and 400 requests; programs: ${programs}`,
  };
  const values = await repeat(3, (round) => {
    tell(`warm, ${round} of 3`);
    return start(place);
  });
  const note = "lab and stack are up, nothing to change; 400 requests";
  return { engine, figures: [fresh, { name: "sluice start, warm", unit: "s", values, note } satisfies Figure] };
}

/** The commands that need no cluster. */
async function measureOffline({ labName, signal }: Place): Promise<Figure[]> {
  // The profile that `sluice lab env` names: it has the chart of MetalLB that needs no download.
  const env = { [profileVariable]: labInfo({ name: labName }).profile };
  const folder = await mkdtemp(join(tmpdir(), "sluice-bench-render-"));
  try {
    tell("sluice render, sluice explain");
    const render = await repeat(5, (round) =>
      timeSluice(["render", "--stack", "dev", "--out", join(folder, String(round))], { signal, env }),
    );
    const explain = await repeat(5, () => timeSluice(["explain", "--stack", "dev"], { signal }));
    const batch = join(folder, "requests.json");
    const request = { host: "www.test.com", path: "/", headers: { Region: "shenzhen" }, cookies: { trial: "always" } };
    await writeFile(batch, JSON.stringify(Array.from({ length: 1000 }, () => request)));
    const answers = await repeat(5, () =>
      timeSluice(["explain", "--stack", "dev", "--requests", batch, "--json"], { signal }),
    );
    return [
      {
        name: "sluice render --stack dev",
        unit: "s",
        values: render,
        note: "into an empty folder, MetalLB's chart at hand",
      },
      { name: "sluice explain --stack dev", unit: "s", values: explain },
      { name: "sluice explain --requests FILE --json", unit: "s", values: answers, note: "1,000 requests" },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what was brought up; interrupted or not, so under a signal of its own. A second Ctrl-C ends it at once. */
async function cleanUp({ labName, target }: Place, keepsLab: boolean): Promise<void> {
  try {
    tell(keepsLab ? `removing the stack; the lab ${labName} stays` : `removing the lab ${labName}`);
    const { signal } = new AbortController();
    if (keepsLab) await timeSluice(["down", "--yes", "--keep-cluster", ...target], { signal });
    else await timeSluice(["lab", "down", "--name", labName], { signal });
  } finally {
    removeStackFiles();
  }
}

function lineOf({ lines }: TimedRun, begin: string): string {
  return lines.find(({ text }) => text.startsWith(begin))?.text ?? "";
}

command
  .exitOverride()
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    if (!(error instanceof CommanderError)) reportFailure(error);
    process.exitCode = failureStatus(error);
  });
