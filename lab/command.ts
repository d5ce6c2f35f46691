import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { UserError } from "../progress/user-error";
import { searchPath } from "../sources/find-program";

/** How a command is run. */
export interface CommandOptions {
  signal?: AbortSignal;
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
  /** What an abort sends; some programs clean up on one signal only. */
  killSignal?: NodeJS.Signals;
  /** Called with each line of its standard error, for progress. */
  onLine?: (line: string) => void;
}

/** A command that failed, with the end of what it printed. */
export class CommandError extends UserError {
  override readonly name = "CommandError";
  override readonly code = "SLUICE1701";

  constructor(
    message: string,
    readonly exitCode: number | undefined,
    readonly stderr: string,
  ) {
    super(message);
  }
}

/**
 * Runs a command to its end.
 *
 * @returns its standard output, without the last line's end.
 * @throws the signal's reason when aborted, else a CommandError that ends with what the command complained about.
 */
export async function run(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { signal, onLine, input } = options;
  signal?.throwIfAborted();
  const child = spawn(file, args, {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, ...options.env, PATH: searchPath() },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  if (onLine && child.stderr) createInterface(child.stderr).on("line", onLine);
  // A program that reads only part of its input is judged by its exit code.
  child.stdin?.on("error", () => undefined).end(input);

  let harder: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill(options.killSignal ?? "SIGTERM");
    harder = setTimeout(() => child.kill("SIGKILL"), 10_000);
  };
  signal?.addEventListener("abort", end);
  const command = [file, ...args].join(" ").slice(0, 160);
  try {
    const [code, endedBy] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    signal?.throwIfAborted();
    if (code === 0) return stdout.replace(/\n$/, "");
    const complaint = lastLines(stderr || stdout, 8);
    const how = code === null ? `ended by ${String(endedBy)}` : `exit code ${code}`;
    throw new CommandError(`${command}: ${how}${complaint ? `\n${complaint}` : ""}`, code ?? undefined, stderr);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === "ENOENT" ? new CommandError(`${command}: ${message}`, undefined, "") : error;
  } finally {
    clearTimeout(harder);
    signal?.removeEventListener("abort", end);
  }
}

/** Whether the command ends well. */
export async function succeeds(file: string, args: readonly string[], options: CommandOptions = {}): Promise<boolean> {
  try {
    await run(file, args, options);
    return true;
  } catch {
    options.signal?.throwIfAborted();
    return false;
  }
}

/** The last few lines of a text, without empty ones. */
export function lastLines(text: string, count: number): string {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-count)
    .join("\n");
}
