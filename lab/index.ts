import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Step, StepContext } from "../progress/step";
import { cacheDirectory } from "./cache";
import { checkMachine, checkPort, checkState } from "./checks";
import { demolish, leavesTraces } from "./down";
import { identify, type Lab, type LabOptions, readRecord } from "./identity";
import { buildImages, type ImageArchive } from "./images/build";
import { takeLock } from "./lock";
import type { DefinitionFiles } from "./cluster/definitions";
import { labModules } from "./modules";
import { checkPackages, installPackages } from "./packages";
import { contentsOf, imagesOf } from "./parts";
import { clusterProfile, renderProfile } from "./profile";
import { buildPrograms, goVersion, type ProgramFolders } from "./programs";
import { labStatus } from "./status";
import { chartFromModule, moduleFolder } from "./tools";
import { prepareSandbox, prepareState, startControlPlane, startNode, startRuntime, type Supplies } from "./up";

export { type LabOptions, type LabPart, labParts } from "./identity";
export { neededParts } from "./needed-parts";
export { clusterProfile, renderProfile } from "./profile";
export { builtPulumi, pulumiFolder } from "./pulumi";
export { type LabStatus, labStatus, type PieceStatus } from "./status";
export { chartFromModule, helmProgram, istioctlProgram, kubectlProgram, onPath } from "./tools";

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
  definitions: DefinitionFiles[];
}

/**
 * The steps that bring a lab up.
 *
 * They go on from whatever is there: nothing, half of it, or all of it, in which case they do nothing.
 */
export function labSteps(options: LabOptions = {}): Step[] {
  const lab = identify(options);
  const supplies = { programs: {}, archives: [], charts: {}, definitions: [] };
  const raising: Raising = { lab, running: false, repairing: false, ...supplies };
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
  const { signal, report } = context;
  const { modules, charts, definitions } = contentsOf(raising.lab.parts);
  const { folders, built } = await buildPrograms([...labModules, ...modules], context);
  raising.programs = folders;
  for (const chart of ["metallb" as const, ...charts])
    raising.charts[chart] = await chartFromModule(chart, signal, report);
  for (const { module, path, place } of definitions)
    raising.definitions.push({ name: path, file: join(await moduleFolder(module, path, signal, report), place) });
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
  const [defined = 0, loaded = 0] = results.map((result) => (result.status === "fulfilled" ? result.value : 0));
  return [
    `at https://127.0.0.1:${lab.apiPort}`,
    ...(loaded === 0 ? [] : [`${loaded} images loaded`]),
    ...(defined === 0 ? [] : [`${defined} kinds defined`]),
  ].join(", ");
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
