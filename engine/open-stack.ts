import { LocalWorkspace, Stack, type OutputMap, type PulumiCommand, type PulumiFn } from "@pulumi/pulumi/automation";
import { stackCli } from "./cli";
import { isUnknownStack } from "./failures";
import { projectFolder } from "./project-folder";

/** A stack of the project whose program runs in this process. */
export interface OpenedStack {
  readonly stack: Stack;
  /** The outputs of the last update; nothing if the backend has no such stack. */
  readonly outputs: () => Promise<OutputMap | undefined>;
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
  const outputs = async (): Promise<OutputMap | undefined> => {
    try {
      const args = ["stack", "output", "--json", "--show-secrets", "--stack", name];
      const { stdout } = await cli.run(args, workDir, envVars);
      const values = Object.entries(JSON.parse(stdout) as Record<string, unknown>);
      return Object.fromEntries(values.map(([key, value]) => [key, { value, secret: false }]));
    } catch (error) {
      if (isUnknownStack(error)) return undefined;
      throw error;
    }
  };
  // The Automation API reads the summary and the outputs three times after an update; once is enough.
  stack.outputs = async () => (await outputs()) ?? {};
  stack.info = () => Promise.resolve(undefined);
  return { stack, outputs, create: () => workspace.createStack(name) };
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
