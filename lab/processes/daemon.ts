import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { searchPath } from "../../sources/find-program";
import { lastLines } from "../command";
import type { Lab } from "../identity";
import { until } from "../wait";
import { allPids, childOf, identityOf, isAlive, type ProcessIdentity } from "./identity";

/** A process of the lab that outlives the command which starts it. */
export interface Daemon {
  /** Names its log, its pid file and its line in the status. */
  readonly name: string;
  readonly command: readonly string[];
  /** How many processes lie between the recorder of the exit code and the program itself. */
  readonly depth: 0 | 1;
}

/** What is known of a daemon. */
export type DaemonState =
  | { readonly running: true; readonly identity: ProcessIdentity; readonly log: string }
  | { readonly running: false; readonly exitCode?: number; readonly lastLines: string; readonly log: string };

/** The environment variable by which the lab's processes are known as its own, whatever became of their pid files. */
export const marker = "SLUICE_LAB_PROCESS";

/** The log of a piece. */
export function logFile(lab: Lab, name: string): string {
  return join(lab.logs, `${name}.log`);
}

function pidFile(lab: Lab, name: string): string {
  return join(lab.run, `${name}.pid`);
}

function exitFile(lab: Lab, name: string): string {
  return join(lab.run, `${name}.exit`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function recorded(lab: Lab, name: string): ProcessIdentity | undefined {
  try {
    const identity = JSON.parse(read(pidFile(lab, name)) ?? "") as ProcessIdentity;
    return isAlive(identity) ? identity : undefined;
  } catch {
    // Half a pid file, from a crash while it was written, says as little as none.
    return undefined;
  }
}

/** Finds a daemon whose pid file was lost, or never written, by the shell that waits for it. */
function found(lab: Lab, name: string): ProcessIdentity | undefined {
  const mark = exitFile(lab, name);
  for (const pid of allPids()) {
    const [shell, , , , file, depth] = (read(`/proc/${pid}/cmdline`) ?? "").split("\0");
    if (shell === "/bin/sh" && file === mark) return programOf(pid, Number(depth));
  }
  return undefined;
}

/** Whether a daemon runs and, where not, how it ended. */
export function daemonState(lab: Lab, name: string): DaemonState {
  const log = logFile(lab, name);
  const identity = recorded(lab, name) ?? found(lab, name);
  if (identity) return { running: true, identity, log };
  const exit = read(exitFile(lab, name))?.trim();
  const tail = lastLines((read(log) ?? "").slice(-8192), 3);
  return { running: false, ...(exit ? { exitCode: Number(exit) } : {}), lastLines: tail, log };
}

/**
 * Starts a daemon in a session of its own, its output going to its log.
 *
 * @returns the program's own identity, not that of the programs which enter the lab for it.
 */
export async function startDaemon(lab: Lab, daemon: Daemon, signal: AbortSignal): Promise<ProcessIdentity> {
  signal.throwIfAborted();
  rmSync(exitFile(lab, daemon.name), { force: true });
  const log = openSync(logFile(lab, daemon.name), "a");
  let wrapper;
  try {
    // No one is there to wait for a program that ends after this command did, so a shell of two lines notes its exit code.
    wrapper = spawn(
      "/bin/sh",
      [
        "-c",
        'file=$1; shift 2; "$@"; code=$?; { echo $code >"$file"; } 2>/dev/null',
        "sh",
        exitFile(lab, daemon.name),
        String(daemon.depth),
        ...daemon.command,
      ],
      { detached: true, stdio: ["ignore", log, log], cwd: "/", env: daemonEnvironment(lab) },
    );
  } finally {
    closeSync(log);
  }
  wrapper.unref();
  const { pid } = wrapper;
  if (pid === undefined) throw new Error(`Could not start ${daemon.name}.`);
  let identity: ProcessIdentity | undefined;
  await until({ what: `${daemon.name} has started`, seconds: 20, hopeless: () => ended(lab, daemon.name) }, () => {
    identity = programOf(pid, daemon.depth);
    return identity !== undefined;
  });
  if (!identity) throw new Error(`Could not start ${daemon.name}.`);
  await writeFile(pidFile(lab, daemon.name), JSON.stringify(identity));
  return identity;
}

function programOf(wrapper: number, depth: number): ProcessIdentity | undefined {
  let pid: number | undefined = wrapper;
  for (let level = 0; level <= depth && pid !== undefined; level += 1) pid = childOf(pid);
  return pid === undefined ? undefined : identityOf(pid);
}

function daemonEnvironment(lab: Lab): NodeJS.ProcessEnv {
  // A proxy meant for the user's own traffic must not see the lab's, nor may the user's kubeconfig be found by its programs.
  return { PATH: searchPath(), HOME: lab.state, LANG: "C.UTF-8", [marker]: lab.state };
}

/** A sentence on how a daemon ended, or nothing while it runs or was never started. */
export function ended(lab: Lab, name: string): string | undefined {
  const state = daemonState(lab, name);
  if (state.running || state.exitCode === undefined) return undefined;
  return `${name} ended with exit code ${state.exitCode}.\n${state.lastLines}\nIts log is ${state.log}.`;
}
