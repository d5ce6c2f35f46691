import { LocalWorkspace, Stack, type OutputMap, type PulumiFn } from "@pulumi/pulumi/automation";
import { stackCli } from "./cli";
import { readOutputs, type Outputs } from "./last-outputs";
import { projectFolder } from "./project-folder";
import type { PulumiCommand } from "./pulumi-command";

/** A stack of the project whose program runs in this process. */
export interface OpenedStack {
  readonly stack: Stack;
  /** The outputs of the last update; nothing if the backend has no such stack. */
  readonly outputs: () => Promise<Outputs | undefined>;
  /** Makes the stack known to the backend. */
  readonly create: () => Promise<void>;
}

/**
 * Opens a stack without a run of the CLI: every command names its stack, so that none has to be selected, and none is
 * made by looking.
 *
 * The program runs in this process, which has it loaded already: a language host would start and compile it again.
 */
export async function openStack(
  name: string,
  command: PulumiCommand,
  envVars: Record<string, string>,
  program: PulumiFn,
): Promise<OpenedStack> {
  const cli = stackCli(command, name);
  const workDir = projectFolder();
  const workspace = await LocalWorkspace.create({ workDir, pulumiCommand: cli, envVars, program });
  workspace.selectStack = () => Promise.resolve();
  const stack = await Stack.select(name, workspace);
  const outputs = () => readOutputs(cli, name, envVars);
  // The Automation API reads the summary and the outputs three times after an update; once is enough.
  stack.outputs = async () => asOutputMap((await outputs()) ?? {});
  stack.info = () => Promise.resolve(undefined);
  return { stack, outputs, create: () => workspace.createStack(name) };
}

function asOutputMap(outputs: Outputs): OutputMap {
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value, secret: false }]));
}

/** A resource in a stack's state. */
export interface StateResource<Values> {
  readonly urn: string;
  readonly type: string;
  /** When Pulumi had made or found it, as ISO 8601 has it. */
  readonly created?: string;
  /** True if Pulumi refuses to delete it. */
  readonly protect?: boolean;
  readonly inputs?: Values;
  readonly outputs?: Values;
}

/** The resources that a stack has now; none before its first update. */
export async function stateOf<Values>(stack: Stack): Promise<readonly StateResource<Values>[]> {
  const { deployment } = (await stack.exportStack()) as {
    deployment: { resources?: readonly StateResource<Values>[] } | undefined;
  };
  return deployment?.resources ?? [];
}
