import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { packageFolder } from "../package-folder";

const running = new Set<ChildProcess>();
let isStopped = false;

/** True once {@link stopProcesses} was called: nothing may begin any more. */
export const hasStopped = (): boolean => isStopped;

/** Runs a Node.js program in a process group of its own, and returns its exit code and all that it printed. */
export async function runNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const child = spawn(process.execPath, args, {
    cwd: packageFolder,
    env: { ...process.env, ...env },
    // Whatever it starts ends with it, by a signal to the group.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  running.delete(child);
  return { exitCode, output };
}

/** Ends every process that runs, and whatever it has started: by SIGTERM, and what is left after ten seconds by SIGKILL. */
export async function stopProcesses(): Promise<void> {
  isStopped = true;
  for (const name of ["SIGTERM", "SIGKILL"] as const) {
    for (const { pid } of running) if (pid !== undefined) signalGroup(pid, name);
    for (let waits = 0; waits < 100 && running.size > 0; waits += 1) await sleep(100);
  }
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended.
  }
}
