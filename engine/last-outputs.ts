import { stackCli, type StackCli } from "./cli";
import type { EngineTarget, StackOutputs } from "./engine";
import { engineEnvironment } from "./environment";
import { isUnknownStack } from "./failures";
import { keepingStackFile } from "./keep-stack-file";
import { projectFolder } from "./project-folder";
import type { CliMeans } from "./pulumi-command";
import { stackFilePath } from "./stack-file";
import type { StepContext } from "../progress/step";

/** The outputs of a stack's last update by name. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * The outputs of a stack's last update, read by the CLI alone: Pulumi's SDK, which takes as long to load, isn't needed.
 *
 * @param meanwhile what this process does while the CLI reads.
 * @returns nothing if the stack is not up.
 */
export async function lastOutputs(
  { stack, file, cluster }: Pick<EngineTarget, "stack" | "file" | "cluster">,
  { command, folder }: CliMeans,
  context: StepContext,
  meanwhile?: () => void,
): Promise<StackOutputs | undefined> {
  const cli = stackCli(await command(context), stack);
  const envVars = await engineEnvironment(cluster, {}, folder);
  context.report("asking pulumi");
  const read = () => {
    const reading = readOutputs(cli, stack, envVars);
    meanwhile?.();
    return reading;
  };
  // A new stack's salt goes to its own file, whichever file Pulumi is told of.
  return sluiceOutputs(await keepingStackFile(stackFilePath(stack), () => keepingStackFile(file, read)));
}

/** Every output of a stack's last update; nothing if the backend has no such stack. */
export async function readOutputs(
  cli: StackCli,
  stack: string,
  envVars: Readonly<Record<string, string>>,
): Promise<Outputs | undefined> {
  try {
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
    return JSON.parse((await cli.run(args, projectFolder(), envVars)).stdout) as Outputs;
  } catch (error) {
    if (isUnknownStack(error)) return undefined;
    throw error;
  }
}

/** Outputs as Sluice's program has them; nothing if they are another's, or there are none. */
export function sluiceOutputs(outputs: Outputs | undefined): StackOutputs | undefined {
  return outputs?.["traffic"] === undefined ? undefined : (outputs as unknown as StackOutputs);
}
