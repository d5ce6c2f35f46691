import { delimiter, dirname, isAbsolute } from "node:path";
import { execa } from "execa";
import { PulumiError } from "./failures";
import type { PulumiCommand } from "./pulumi-command";

/** How the Automation API runs the CLI. */
type Run = (
  args: string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  onOutput?: (text: string) => void,
  onError?: (text: string) => void,
  signal?: AbortSignal,
) => Promise<{ readonly stdout: string; readonly stderr: string; readonly code: number }>;

/** A CLI for one stack, whose failures say what to do. */
export interface StackCli extends PulumiCommand {
  readonly run: Run;
}

/**
 * Runs the CLI in its own process group. A terminal's Ctrl-C reaches every process of the foreground, and Pulumi takes a
 * second one for an order to break off at once, which leaves the stack locked: so the CLI is told by one signal, and ends
 * its update in order.
 */
export function stackCli({ command: program, version }: PulumiCommand, stack: string): StackCli {
  const run: Run = async (args, cwd, env, onOutput, onError, signal) => {
    signal?.throwIfAborted();
    const path = env["PATH"] ?? process.env["PATH"] ?? "";
    const running = execa(program, [...args, "--non-interactive"], {
      cwd,
      env: {
        ...env,
        // The CLI's plugins are beside it.
        PATH: isAbsolute(program) ? dirname(program) + delimiter + path : path,
        PULUMI_AUTOMATION_API: "true",
      },
      stdin: "ignore",
      detached: true,
      cancelSignal: signal,
      killSignal: "SIGINT",
      forceKillAfterDelay: false,
      reject: false,
    });
    running.stdout.on("data", (data: Buffer) => onOutput?.(data.toString()));
    running.stderr.on("data", (data: Buffer) => onError?.(data.toString()));
    const { failed, stdout, stderr, shortMessage, exitCode = -1 } = await running;
    signal?.throwIfAborted();
    if (!failed) return { stdout, stderr, code: exitCode };
    throw new PulumiError(
      { stdout, stderr: stderr || (stdout ? "" : (shortMessage ?? "")) },
      stack,
      env["PULUMI_BACKEND_URL"],
    );
  };
  return { command: program, version, run };
}
