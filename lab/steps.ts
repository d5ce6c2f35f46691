import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Step, StepContext } from "../progress/step";
import { cacheDirectory } from "./cache";
import { checkMachine, checkPort, checkState } from "./checks";
import { demolish, leavesTraces } from "./down";
import { identify, type Lab, type LabOptions, readRecord } from "./identity";
import { buildImages, type ImageArchive } from "./images/build";
import type { LabImage } from "./images/catalog";
import { loadImages } from "./images/load";
import { takeLock } from "./lock";
import type { DefinitionFiles } from "./cluster/definitions";
import { clusterModules, controllerModules } from "./modules";
import { checkPackages, installPackages } from "./packages";
import { contentsOf, imagesOf } from "./parts";
import { clusterProfile, renderProfile } from "./profile";
import { goVersion, type ProgramFolders, startBuilds } from "./programs";
import { lacksPulumi, linkPulumi, pulumiModules } from "./pulumi";
import { labStatus } from "./status";
import { chartFromModule, moduleFolder } from "./tools";
import { prepareSandbox, prepareState, startControlPlane, startNode, startRuntime, type Supplies } from "./up";

/** What the steps of one `up` hand on to each other. */
interface Raising extends Supplies {
  readonly lab: Lab;
  running: boolean;
  /** Whether there is an earlier state to go on from. */
  repairing: boolean;
  /** Whether Pulumi has to be built, too. */
  lacksPulumi: boolean;
  /** Those of the cluster. */
  programs: ProgramFolders;
  /** The images that are there by now. */
  archives: ImageArchive[];
  /** Where charts are, by their names. */
  charts: Record<string, string>;
  definitions: DefinitionFiles[];
  /** What goes on behind the steps: how it tells the one that is running, what ends it, and what comes of it. */
  tell: StepContext["report"];
  readonly stop: AbortController;
  rest?: Promise<string>;
}

/**
 * The steps that bring a lab up.
 *
 * They go on from whatever is there: nothing, half of it, or all of it, in which case they do nothing. The cluster starts
 * while what it is to run is still being built.
 */
export function labSteps(options: LabOptions = {}): Step[] {
  const raising: Raising = {
    lab: identify(options),
    running: false,
    repairing: false,
    lacksPulumi: false,
    programs: {},
    archives: [],
    charts: {},
    definitions: [],
    tell: () => undefined,
    stop: new AbortController(),
  };
  const unlessRunning = (run: (raising: Raising, context: StepContext) => Promise<string>) => {
    return async (context: StepContext) => (raising.running ? "runs already" : run(raising, context));
  };
  const steps: Step[] = [
    { title: "Check this machine", run: () => check(raising, options) },
    {
      title: "Install the Debian packages that the lab needs",
      run: unlessRunning((_, context) => installPackages(context)),
    },
    { title: "Build the cluster's programs", run: unlessRunning(build) },
    { title: "Set up the lab's network", run: unlessRunning(setUp) },
    { title: "Start the control plane", run: unlessRunning((_, context) => orAnew(raising, context, startFirstHalf)) },
    { title: "Start the node", run: unlessRunning((_, context) => orAnew(raising, context, startSecondHalf)) },
    { title: "Build and load its images", run: unlessRunning(finish) },
  ];
  return locked(raising.lab, steps, { stop: () => raising.stop.abort() });
}

async function check(raising: Raising, options: LabOptions): Promise<string> {
  const { lab } = raising;
  checkMachine();
  checkState(lab);
  await checkPort(lab, options);
  // As it was: without what is to be added.
  const status = await labStatus({ ...options, with: [] });
  const record = readRecord(lab.state);
  const added: string[] = lab.parts.filter((part) => !record?.parts?.includes(part));
  raising.lacksPulumi = await lacksPulumi();
  if (raising.lacksPulumi) added.push("Pulumi");
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
  const { lab } = raising;
  const { signal, report } = context;
  const { modules, charts, definitions } = contentsOf(lab.parts);
  const behind = {
    signal: AbortSignal.any([signal, raising.stop.signal]),
    report: (detail: string) => raising.tell(detail),
  };
  raising.tell = report;
  const pulumi = raising.lacksPulumi ? pulumiModules : [];
  const builds = await startBuilds([...clusterModules, ...controllerModules, ...modules, ...pulumi], behind);
  raising.programs = await builds.folders(clusterModules);
  for (const chart of ["metallb" as const, ...charts])
    raising.charts[chart] = await chartFromModule(chart, signal, report);
  for (const { module, path, place } of definitions)
    raising.definitions.push({ name: path, file: join(await moduleFolder(module, path, signal, report), place) });
  raising.tell = () => undefined;
  raising.rest = (async () => {
    const [now, later] = byWhatTheyHold(imagesOf(lab.parts), raising.programs);
    const first = await buildImages(now, raising.programs, raising.archives, behind);
    const programs = { ...raising.programs, ...(await builds.folders([...controllerModules, ...modules])) };
    const second = await buildImages(later, programs, raising.archives, behind);
    if (raising.lacksPulumi) await linkPulumi(await builds.folders(pulumi), behind);
    return builds.total + first + second === 0 ? "from the cache" : `${first + second} images built`;
  })();
  // Who awaits it is told; a step that fails before leaves nobody to.
  raising.rest.catch(() => undefined);
  return builds.total === 0 ? "from the cache" : `${builds.total} to build`;
}

/** The images that the programs suffice for, and the others. */
function byWhatTheyHold(images: readonly LabImage[], programs: ProgramFolders): [LabImage[], LabImage[]] {
  const isReady = ({ content }: LabImage) => !("module" in content) || content.module in programs;
  return [images.filter(isReady), images.filter((image) => !isReady(image))];
}

async function finish(raising: Raising, context: StepContext): Promise<string> {
  const { lab, archives } = raising;
  raising.tell = context.report;
  const built = await raising.rest;
  const loaded = await loadImages(lab, archives, context);
  return [built, ...(loaded === 0 ? [] : [`${loaded} loaded`]), `export KUBECONFIG=${lab.kubeconfig}`].join(", ");
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
  return "Ready";
}

type Half = (lab: Lab, supplies: Supplies, context: StepContext) => Promise<string>;

/** Runs one half of the start; if what an earlier run left can't be brought back to life, begins again without it. */
async function orAnew(raising: Raising, context: StepContext, half: Half): Promise<string> {
  const { lab } = raising;
  try {
    return await half(lab, raising, context);
  } catch (error) {
    if (!raising.repairing || context.signal.aborted) throw error;
    raising.repairing = false;
    context.report("the earlier state can't be repaired; starting again");
    await demolish(lab, context.report);
    await setUp(raising, context);
    if (half !== startFirstHalf) await startFirstHalf(lab, raising, context);
    return `${await half(lab, raising, context)} (started again, because the earlier state could not be repaired)`;
  }
}

/** How long an interrupted command may take to end the builds and processes that it began. */
const interruptionSeconds = 15;

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
  return locked(lab, options.cache ? [...steps, cacheStep] : steps, { patience: interruptionSeconds });
}

/**
 * Has the lab's lock held from the first step until the last has ended, or one of them failed.
 *
 * @param options how many seconds to wait for another command that holds it, and what ends the work behind the steps if
 * one of them fails.
 */
function locked(lab: Lab, steps: readonly Step[], options: { patience?: number; stop?: () => void }): Step[] {
  let release: (() => void) | undefined;
  const giveBack = () => {
    release?.();
    release = undefined;
  };
  return steps.map(({ title, run }, index) => ({
    title,
    run: async (context) => {
      if (index === 0) release = await takeLock(lab.name, options.patience);
      try {
        const result = await run(context);
        if (index === steps.length - 1 || context.signal.aborted) giveBack();
        return result;
      } catch (error) {
        options.stop?.();
        giveBack();
        throw error;
      }
    },
  }));
}
