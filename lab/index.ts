import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Step, StepContext } from "../progress/step";
import { cacheDirectory } from "./cache";
import { checkMachine, checkPort, checkState } from "./checks";
import { demolish, leavesTraces } from "./down";
import { identify, type Lab, type LabOptions, readRecord } from "./identity";
import { buildImages, type ImageArchive } from "./images/build";
import { takeLock } from "./lock";
import { imagesOf } from "./images/catalog";
import { flaggerModule, labModules } from "./modules";
import { checkPackages, installPackages } from "./packages";
import { clusterProfile, renderProfile } from "./profile";
import { buildPrograms, goVersion, type ProgramFolders } from "./programs";
import { labStatus } from "./status";
import { chartFromModule } from "./tools";
import { prepareSandbox, prepareState, startControlPlane, startNode, startRuntime, type Supplies } from "./up";

export { type LabOptions, type LabPart, labParts } from "./identity";
export { clusterProfile, renderProfile } from "./profile";
export { type LabStatus, labStatus, type PieceStatus } from "./status";
export { chartFromModule, helmProgram, kubectlProgram, onPath } from "./tools";

/** Where a lab's things are. */
export interface LabInfo {
  readonly name: string;
  readonly kubeconfig: string;
  /** The kubeconfig's context. */
  readonly context: string;
  /** Path of the cluster profile. */
  readonly profile: string;
  readonly binaries: { readonly kubectl: string; readonly helm: string };
}

/** Says where a lab's things are, whether it runs or not. */
export function labInfo(options: LabOptions = {}): LabInfo {
  const { name, kubeconfig, profile, bin } = identify(options);
  const binaries = { kubectl: join(bin, "kubectl"), helm: join(bin, "helm") };
  return { name, kubeconfig, context: name, profile, binaries };
}

/** The folder of a lab's logs, one a piece. */
export function logFolder(options: LabOptions = {}): string {
  return identify(options).logs;
}

/** What the steps of one `up` hand on to each other. */
interface Raising {
  readonly lab: Lab;
  running: boolean;
  /** Whether there is an earlier state to go on from. */
  repairing: boolean;
  programs: ProgramFolders;
  archives: ImageArchive[];
  /** Where charts are, by their names. */
  charts: Record<string, string>;
}

/**
 * The steps that bring a lab up.
 *
 * They go on from whatever is there: nothing, half of it, or all of it, in which case they do nothing.
 */
export function labSteps(options: LabOptions = {}): Step[] {
  const lab = identify(options);
  const raising: Raising = { lab, running: false, repairing: false, programs: {}, archives: [], charts: {} };
  const unlessRunning = (run: Step["run"]) => async (context: StepContext) =>
    raising.running ? "runs already" : run(context);
  return locked(lab, [
    { title: "Check this machine", run: () => check(raising, options) },
    { title: "Install what the lab needs of Debian", run: unlessRunning(installPackages) },
    { title: "Build the lab's programs", run: unlessRunning((context) => build(raising, context)) },
    { title: "Build the lab's images", run: unlessRunning((context) => buildAllImages(raising, context)) },
    { title: "Set up the lab's network", run: unlessRunning((context) => setUp(raising, context)) },
    { title: "Start the control plane", run: unlessRunning((context) => orAnew(raising, context, startFirstHalf)) },
    { title: "Start the node", run: unlessRunning((context) => orAnew(raising, context, startSecondHalf)) },
  ]);
}

async function check(raising: Raising, options: LabOptions): Promise<string> {
  const { lab } = raising;
  checkMachine();
  checkState(lab);
  await checkPort(lab, options);
  // As it was: without what is to be added.
  const status = await labStatus({ ...options, with: [] });
  const record = readRecord(lab.state);
  const added = lab.parts.filter((part) => !record?.parts?.includes(part));
  const isRunning = status.state === "running";
  raising.running = isRunning && added.length === 0;
  // What runs is not torn down for a part that could not be added.
  raising.repairing = record !== undefined && !isRunning;
  if (raising.running) return `${lab.name} runs already`;
  checkPackages();
  await goVersion();
  const broken = status.pieces.filter(({ running }) => !running).map(({ piece }) => piece);
  if (isRunning) return `${lab.name} runs without ${added.join(", ")}`;
  return raising.repairing ? `${lab.name} is there, without ${broken.join(", ")}` : `no ${lab.name} yet`;
}

async function build(raising: Raising, context: StepContext): Promise<string> {
  const withFlagger = raising.lab.parts.includes("flagger");
  const { folders, built } = await buildPrograms([...labModules, ...(withFlagger ? [flaggerModule] : [])], context);
  raising.programs = folders;
  for (const chart of ["metallb" as const, ...(withFlagger ? ["flagger" as const] : [])])
    raising.charts[chart] = await chartFromModule(chart, context.signal, context.report);
  return built === 0 ? "from the cache" : `${built} built`;
}

async function buildAllImages(raising: Raising, context: StepContext): Promise<string> {
  const { archives, built } = await buildImages(imagesOf(raising.lab.parts), raising.programs, context);
  raising.archives = archives;
  return built === 0 ? "from the cache" : `${built} built`;
}

async function setUp(raising: Raising, context: StepContext): Promise<string> {
  const { lab, charts } = raising;
  await prepareState(lab, raising, context);
  await writeFile(lab.profile, renderProfile(clusterProfile({ name: lab.name }, charts)));
  return prepareSandbox(lab, raising, context);
}

async function startFirstHalf(lab: Lab, supplies: Supplies, context: StepContext): Promise<string> {
  // The API server takes seconds to start, and so do the images to load.
  const failure = new AbortController();
  const both = { ...context, signal: AbortSignal.any([context.signal, failure.signal]) };
  const results = await Promise.allSettled(
    [startControlPlane(lab, supplies, both), startRuntime(lab, supplies, both)].map((half) =>
      half.catch((error: unknown) => {
        failure.abort(error);
        throw error;
      }),
    ),
  );
  context.signal.throwIfAborted();
  if (failure.signal.aborted) throw failure.signal.reason;
  const loaded = results[1]?.status === "fulfilled" ? Number(results[1].value) : 0;
  return loaded === 0
    ? `at https://127.0.0.1:${lab.apiPort}`
    : `at https://127.0.0.1:${lab.apiPort}, ${loaded} images loaded`;
}

async function startSecondHalf(lab: Lab, supplies: Supplies, context: StepContext): Promise<string> {
  await startNode(lab, supplies, context);
  return `export KUBECONFIG=${lab.kubeconfig}`;
}

type Half = (lab: Lab, supplies: Supplies, context: StepContext) => Promise<string>;

/** Runs one half of the start; if what an earlier run left can't be brought back to life, begins anew without it. */
async function orAnew(raising: Raising, context: StepContext, half: Half): Promise<string> {
  const { lab } = raising;
  try {
    return await half(lab, raising, context);
  } catch (error) {
    if (!raising.repairing || context.signal.aborted) throw error;
    raising.repairing = false;
    context.report("what was left can't be repaired; begins anew");
    await demolish(lab, context.report);
    await setUp(raising, context);
    if (half !== startFirstHalf) await startFirstHalf(lab, raising, context);
    return `${await half(lab, raising, context)} (begun anew, the earlier state was beyond repair)`;
  }
}

/** The steps that take a lab down to the last trace; with `cache`, what was built goes too. */
export function downSteps(options: LabOptions & { cache?: boolean } = {}): Step[] {
  const lab = identify({ name: options.name });
  const steps: Step[] = [
    {
      title: `Take ${lab.name} down`,
      run: async ({ report }) => {
        checkMachine();
        if (!(await leavesTraces(lab))) return "nothing is there";
        await demolish(lab, report);
        return undefined;
      },
    },
  ];
  const cacheStep: Step = {
    title: "Remove what was built",
    run: async () => {
      await rm(cacheDirectory(), { recursive: true, force: true });
      return cacheDirectory();
    },
  };
  return locked(lab, options.cache ? [...steps, cacheStep] : steps);
}

/** Has the lab's lock held from the first step until the last has ended, or one of them failed. */
function locked(lab: Lab, steps: readonly Step[]): Step[] {
  let release: (() => void) | undefined;
  const giveBack = () => {
    release?.();
    release = undefined;
  };
  return steps.map(({ title, run }, index) => ({
    title,
    run: async (context) => {
      if (index === 0) release = await takeLock(lab.name);
      try {
        const result = await run(context);
        if (index === steps.length - 1 || context.signal.aborted) giveBack();
        return result;
      } catch (error) {
        giveBack();
        throw error;
      }
    },
  }));
}
