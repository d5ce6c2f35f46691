import { resolve } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { chooseCluster } from "../cluster/choose-cluster";
import type { ClusterChoice } from "../cluster/choice";
import type * as Api from "../cluster/api";
import type * as CreateEngine from "../engine/create-engine";
import { findPulumi, type CliMeans, type PulumiCommand } from "../engine/pulumi-command";
import type * as InstallPulumi from "../engine/install-pulumi";
import type { EngineTarget, StackOutputs } from "../engine/engine";
import { lastOutputs } from "../engine/last-outputs";
import type { PulumiEngine } from "../engine/pulumi-engine";
import { readStack, readStackFile, type StackFile } from "../engine/stack-file";
import { parseStackConfig, type StackConfig } from "../config";
import { liveSourceOf, readLive } from "../sources/live";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";

/** Options of every command that works on a cluster. */
export interface SessionOptions {
  readonly stack: string;
  readonly context?: string;
  readonly cluster?: "lab" | "kind";
  readonly labName?: string;
  readonly labPort?: number;
  readonly json?: boolean;
  /** True for a command that doesn't print how it reaches the cluster. */
  readonly quiet?: boolean;
}

/** Adds the options of {@link SessionOptions}. */
export function withSessionOptions(command: Command): Command {
  return withClusterOptions(command.option("-s, --stack <name>", "the stack, of Pulumi.<name>.yaml", "dev"));
}

/** Adds those of them that choose the cluster, and the form of the output. */
export function withClusterOptions(command: Command): Command {
  return command
    .option("--context <name>", "the kubeconfig's context to work on (default: a cluster of Sluice's own)")
    .addOption(new Option("--cluster <kind>", "which cluster of Sluice's own").choices(["lab", "kind"]))
    .option("--lab-name <name>", "the lab's name, if there are several")
    .option("--lab-port <port>", "the port of the lab's API server on this machine", parsePort)
    .option("--json", "the result as JSON on stdout; progress goes to stderr");
}

/** What a command works with: a stack, a cluster, and the engine that applies the one to the other. */
export interface Session {
  readonly file: StackFile;
  readonly choice: ClusterChoice;
  /**
   * The outputs of the stack as it is, or nothing if it is not up.
   *
   * @param meanwhile what this process does while Pulumi's CLI reads.
   */
  outputs(context: StepContext, meanwhile?: () => void): Promise<StackOutputs | undefined>;
  /** The engine; the cluster must be up. */
  engine(): PulumiEngine;
  /** An engine that has another config and file in place of the stack's own. */
  engineFor(target: Pick<EngineTarget, "config" | "file" | "rollout">): PulumiEngine;
  /**
   * The stack's checked config; the cluster must be up.
   *
   * @throws what is wrong with the stack's file, where the session was opened without it.
   */
  config(): StackConfig;
  /** The same session on the stack's file as it is now. */
  reread(): Session;
}

/**
 * Reads the stack, checks its config, chooses the cluster and looks for Pulumi; says in a line each what was chosen and why.
 *
 * @param read what is read in place of the stack's own file.
 * @throws ConfigError if the stack's config can't be used, before anything is touched.
 */
export async function openSession(options: SessionOptions, read = readStack(options.stack)): Promise<Session> {
  const { session, finding } = await openWhileFinding(options, read);
  // Commands that don't need Pulumi must work without it.
  const found = await finding.catch(userErrorOf);
  const engine = found instanceof UserError ? found.message : (found?.description ?? "pulumi, to be installed");
  if (!options.quiet) say(options, `engine: ${engine}`);
  return session;
}

/**
 * Opens a session for a command that moves routes: it reads and checks as {@link openSession} does, but Pulumi is still looked
 * for when the command begins.
 *
 * @throws ConfigError if the stack's config can't be used, before anything is touched.
 */
export async function openShiftSession(options: SessionOptions): Promise<Session> {
  return (await openWhileFinding(options, readStack(options.stack))).session;
}

async function openWhileFinding(options: SessionOptions, read: StackFile) {
  // Live objects are checked after the cluster was read.
  if (!liveSourceOf(read.config)) parseStackConfig(read.config);
  const finding = findPulumi();
  // Who needs Pulumi is told.
  finding.catch(() => undefined);
  const choice = await chooseCluster(options, read.config);
  const file = await withLive(read, choice);
  if (!options.quiet) say(options, choice.reason);
  const session = sessionOn(
    file,
    choice,
    pulumiFrom(() => finding),
  );
  return { session, finding };
}

/**
 * Opens a session for what a rollout's record is enough for: neither a file that is missing or can't be used nor a Pulumi that
 * can't be run stands in the way, until one of them is needed.
 */
export async function openRolloutSession(options: SessionOptions): Promise<Session> {
  const read = readStackIfPossible(options.stack);
  const choice = await chooseCluster(options, read.config);
  if (!options.quiet) say(options, choice.reason);
  // A record has what is live; what the file lacks is told when it is needed.
  const file = await withLive(read, choice).catch((error: unknown) => ({ ...read, problem: userErrorOf(error) }));
  return sessionOn(file, choice, pulumiFrom(findPulumi));
}

/**
 * A stack whose live application has been read.
 *
 * @throws ConfigError if its config can't be used with what is live, and UserError if the cluster isn't up.
 */
async function withLive(file: StackFile, choice: ClusterChoice): Promise<StackFile> {
  const source = liveSourceOf(file.config);
  if (!source) return file;
  if (!(await choice.isUp()))
    throw new UserError(
      `${choice.name} is not up, and Sluice reads sluice:from.live from it: start it with sluice start`,
      "SLUICE1303",
    );
  await readLive((require("../cluster/api") as typeof Api).clusterApi(choice.cluster()).objects, source);
  const read = readStackFile(file.file, file.stack);
  parseStackConfig(read.config, choice.cluster().profile);
  return read;
}

function readStackIfPossible(stack: string): UnreadStack {
  try {
    return readStack(stack);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { stack, file: resolve(`Pulumi.${stack}.yaml`), config: {}, problem: error };
  }
}

/** A stack, and what is wrong with its file where it could not be read. */
type UnreadStack = StackFile & { readonly problem?: UserError };

/** Returns Pulumi's CLI; on first use it takes the one that is found, or installs it. */
function pulumiFrom(find: typeof findPulumi): CliMeans["command"] {
  let command: Promise<PulumiCommand> | undefined;
  return (context) => (command ??= find().then((found) => found?.command ?? installPulumi(context)));
}

function userErrorOf(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

function installPulumi(context: StepContext): Promise<PulumiCommand> {
  return (require("../engine/install-pulumi") as typeof InstallPulumi).installPulumi(context);
}

function engineOn(...args: Parameters<typeof CreateEngine.createEngine>): PulumiEngine {
  return (require("../engine/create-engine") as typeof CreateEngine).createEngine(...args);
}

function sessionOn(file: UnreadStack, choice: ClusterChoice, command: CliMeans["command"]): Session {
  let engine: PulumiEngine | undefined;
  const means = { command, folder: choice.folder };
  return {
    file,
    choice,
    outputs: (context, meanwhile) => lastOutputs({ ...file, cluster: choice.cluster() }, means, context, meanwhile),
    engine: () => (engine ??= engineOn(means, { ...file, cluster: choice.cluster() })),
    engineFor: (target) => engineOn(means, { stack: file.stack, ...target, cluster: choice.cluster() }),
    config: () => {
      if (file.problem) throw file.problem;
      return parseStackConfig(file.config, choice.cluster().profile);
    },
    reread: () => sessionOn(readStack(file.stack), choice, command),
  };
}

/** The options that have another command work on the same stack and cluster, for a message to copy. */
export function sessionArguments({ stack, context, cluster, labName, labPort }: SessionOptions): string {
  const options = { stack, context, cluster, "lab-name": labName, "lab-port": labPort };
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${value}`)
    .join(" ");
}

/**
 * What to do about a rollout that is not over, for a message.
 *
 * @param target the options by which a command finds the stack, as {@link sessionArguments} gives them.
 */
export function goOnOrBack(target: string): string {
  return `resume it with sluice rollout --resume ${target}, or roll back with sluice abort ${target}`;
}

/** Refuses if a disposable cluster is not up, naming the command that starts it. */
export async function requireCluster({ choice, file }: Session): Promise<void> {
  // Only the stack file says what else the cluster needs.
  const needs = Object.keys(file.config).length > 0 ? file.config : undefined;
  if (await choice.isUp(needs)) return;
  const lack = (await choice.isUp()) ? "lacks what this stack needs" : "is not up";
  throw new UserError(`${choice.name} ${lack}: start it with sluice start`, "SLUICE1303");
}

/** A line for the user: on stderr if stdout is for a program. */
export function say({ json }: Pick<SessionOptions, "json">, line: string): void {
  (json ? process.stderr : process.stdout).write(`${line}\n`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65535)
    throw new InvalidArgumentError("It must be a whole number from 1024 to 65535.");
  return port;
}
