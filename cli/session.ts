import { InvalidArgumentError, Option, type Command } from "commander";
import { chooseCluster } from "../cluster/choose-cluster";
import type { ClusterChoice } from "../cluster/choice";
import { chooseEngine, type EngineChoice } from "../engine/choose-engine";
import { createEngine } from "../engine/create-engine";
import type { Engine } from "../engine/engine";
import { readStack, type StackFile } from "../engine/stack-file";
import { parseStackConfig, type StackConfig } from "../config";
import { UserError } from "../progress/user-error";

/** Options of every command that works on a cluster. */
export interface SessionOptions {
  readonly stack: string;
  readonly context?: string;
  readonly cluster?: "lab" | "kind";
  readonly labName?: string;
  readonly labPort?: number;
  readonly engine: "auto" | "pulumi" | "kubectl";
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
    .addOption(
      new Option("--engine <name>", "what makes the objects real")
        .choices(["auto", "pulumi", "kubectl"])
        .default("auto"),
    )
    .option("--json", "the result as JSON on stdout; progress goes to stderr");
}

/** What a command works with: a stack, a cluster, an engine. */
export interface Session {
  readonly file: StackFile;
  readonly choice: ClusterChoice;
  readonly engineChoice: EngineChoice;
  /** The engine; the cluster must be up. */
  engine(): Engine;
  /** The stack's checked config; the cluster must be up. */
  config(): StackConfig;
  /** The same session on the stack's file as it is now. */
  reread(): Session;
}

/**
 * Reads the stack, checks its config, and chooses cluster and engine; says in a line each what was chosen and why.
 *
 * @throws ConfigError where the stack's config can't be used, before anything is touched.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const file = readStack(options.stack);
  parseStackConfig(file.config);
  const choice = await chooseCluster(options, file.config);
  if (!options.quiet) say(options, choice.reason);
  const engineChoice = await chooseEngine(options.engine);
  if (!options.quiet) say(options, engineChoice.reason);
  return sessionOn(file, choice, engineChoice);
}

function sessionOn(file: StackFile, choice: ClusterChoice, engineChoice: EngineChoice): Session {
  let engine: Engine | undefined;
  return {
    file,
    choice,
    engineChoice,
    engine: () => (engine ??= createEngine(engineChoice, { ...file, cluster: choice.cluster() }, choice.folder)),
    config: () => parseStackConfig(file.config, choice.cluster().profile),
    reread: () => sessionOn(readStack(file.stack), choice, engineChoice),
  };
}

/** The options that have another command work on the same stack and cluster, for a message to copy. */
export function sessionArguments({ stack, context, cluster, labName, labPort, engine }: SessionOptions): string {
  const options = { stack, context, cluster, "lab-name": labName, "lab-port": labPort, engine };
  return Object.entries(options)
    .filter(([, value]) => value !== undefined && value !== "auto")
    .map(([name, value]) => `--${name} ${value}`)
    .join(" ");
}

/** Refuses where a disposable cluster is not up, naming the command that brings it up. */
export async function requireCluster({ choice, file }: Session): Promise<void> {
  if (await choice.isUp(file.config)) return;
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
