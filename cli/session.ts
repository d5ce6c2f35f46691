import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { InvalidArgumentError, Option, type Command } from "commander";
import { chooseCluster } from "../cluster/choose-cluster";
import type { ClusterChoice } from "../cluster/choice";
import { createEngine } from "../engine/create-engine";
import { findPulumi, installPulumi, type FoundPulumi } from "../engine/pulumi-command";
import type { EngineTarget } from "../engine/engine";
import type { PulumiEngine } from "../engine/pulumi-engine";
import { readStack, stackFilePath, type StackFile } from "../engine/stack-file";
import { parseStackConfig, type StackConfig } from "../config";
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
  /** True for a command that says nothing of how it reaches the cluster. */
  readonly quiet?: boolean;
}

/** Adds the options of {@link SessionOptions}. */
export function withSessionOptions(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the stack, of Pulumi.<name>.yaml", "dev")
    .option("--context <name>", "the kubeconfig's context to work on (default: a cluster of Sluice's own)")
    .addOption(new Option("--cluster <kind>", "which cluster of Sluice's own").choices(["lab", "kind"]))
    .option("--lab-name <name>", "the lab's name, where several stand side by side")
    .option("--lab-port <port>", "the port of the lab's API server on this machine", parsePort)
    .option("--json", "the result as JSON on stdout; progress goes to stderr");
}

/** What a command works with: a stack, a cluster, and the engine that applies the one to the other. */
export interface Session {
  readonly file: StackFile;
  readonly choice: ClusterChoice;
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
 * @throws ConfigError where the stack's config can't be used, before anything is touched.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const file = readStack(options.stack);
  parseStackConfig(file.config);
  const choice = await chooseCluster(options, file.config);
  if (!options.quiet) say(options, choice.reason);
  const found = await findPulumi();
  if (!options.quiet) say(options, `engine: ${found?.description ?? "pulumi, to be installed"}`);
  return sessionOn(file, choice, pulumiFrom(Promise.resolve(found)));
}

/**
 * Opens a session for what a rollout's record is enough for: neither a file that is missing or can't be used nor a Pulumi that
 * can't be run stands in the way, until one of them is needed.
 */
export async function openRolloutSession(options: SessionOptions): Promise<Session> {
  const file = readStackIfPossible(options.stack);
  const choice = await chooseCluster(options, file.config);
  if (!options.quiet) say(options, choice.reason);
  const found = findPulumi();
  found.catch(() => undefined);
  return sessionOn(file, choice, pulumiFrom(found));
}

function readStackIfPossible(stack: string): UnreadStack {
  try {
    return readStack(stack);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { stack, file: stackFilePath(stack), config: {}, problem: error };
  }
}

/** A stack, and what is wrong with its file where it could not be read. */
type UnreadStack = StackFile & { readonly problem?: UserError };

/** Gives the CLI that was found, or installs one the first time that it is needed. */
function pulumiFrom(found: Promise<FoundPulumi | undefined>): (context: StepContext) => Promise<PulumiCommand> {
  let command: Promise<PulumiCommand> | undefined;
  return (context) => (command ??= found.then((one) => one?.command ?? installPulumi(context)));
}

function sessionOn(
  file: UnreadStack,
  choice: ClusterChoice,
  pulumi: (context: StepContext) => Promise<PulumiCommand>,
): Session {
  let engine: PulumiEngine | undefined;
  return {
    file,
    choice,
    engine: () => (engine ??= createEngine(pulumi, { ...file, cluster: choice.cluster() }, choice.folder)),
    engineFor: (target) =>
      createEngine(pulumi, { stack: file.stack, ...target, cluster: choice.cluster() }, choice.folder),
    config: () => {
      if (file.problem) throw file.problem;
      return parseStackConfig(file.config, choice.cluster().profile);
    },
    reread: () => sessionOn(readStack(file.stack), choice, pulumi),
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
  return `sluice rollout --resume ${target} goes on, sluice abort ${target} takes users back`;
}

/** Refuses where a disposable cluster is not up, naming the command that brings it up. */
export async function requireCluster({ choice, file }: Session): Promise<void> {
  // Without a stack's file nobody knows what else it needs.
  const needs = Object.keys(file.config).length > 0 ? file.config : undefined;
  if (await choice.isUp(needs)) return;
  const lack = (await choice.isUp()) ? "lacks what this stack needs" : "is not up";
  throw new UserError(`${choice.name} ${lack}: npm start brings it up`);
}

/** A line for the user: on stderr where stdout is for a machine. */
export function say({ json }: Pick<SessionOptions, "json">, line: string): void {
  (json ? process.stderr : process.stdout).write(`${line}\n`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65535)
    throw new InvalidArgumentError("It must be a whole number from 1024 to 65535.");
  return port;
}
