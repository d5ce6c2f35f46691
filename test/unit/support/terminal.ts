import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageFolder } from "../../../package-folder";

/** True if a terminal can be made here: by `script` of util-linux. */
export const hasTerminal = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux");

/** A command line in a terminal of its own. */
export interface TerminalRun {
  /** The process of the command itself. */
  readonly pid: number;
  /** What was shown since the start. */
  readonly shown: () => string;
  /** Stops the command, as Ctrl-Z does; resolves once it is. */
  readonly stop: () => Promise<void>;
  /** Lets a stopped command go on. */
  readonly goOn: () => void;
  /** Types something. */
  readonly type: (text: string) => void;
  /** Resolves once something is shown. */
  readonly until: (pattern: RegExp) => Promise<void>;
  /** Gives the exit status, once the command has ended. */
  readonly status: Promise<number | null>;
}

/** Runs `sluice` in a terminal. */
export async function sluiceInTerminal(
  variables: Readonly<Record<string, string | undefined>>,
  ...args: readonly string[]
): Promise<TerminalRun> {
  const sluice = [process.execPath, join(packageFolder, "cli", "sluice.js"), ...args]
    .map((arg) => `'${arg}'`)
    .join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", `echo pid $$; exec ${sluice}`, "/dev/null"], {
    env: { ...process.env, SHELL: "/bin/sh", NO_COLOR: "1", ...variables },
    stdio: ["pipe", "pipe", "ignore"],
  });
  let text = "";
  child.stdout.on("data", (data: Buffer) => (text += data.toString()));
  const ended = once(child, "exit").then(([status]) => status as number | null);
  const until = async (pattern: RegExp) => {
    const isOver = ended.then(() => {
      if (!pattern.test(text)) throw new Error(`the command ended before it showed ${String(pattern)}:\n${text}`);
    });
    while (!pattern.test(text)) await Promise.race([once(child.stdout, "data"), isOver]);
  };
  await until(/pid \d+/);
  const pid = Number(/pid (\d+)/.exec(text)?.[1]);
  const stop = async () => {
    process.kill(pid, "SIGSTOP");
    // `script` stops itself with its child, and once it goes on has that go on (callback_child_sigstop in its script.c).
    while (stateOf(child.pid ?? 0) !== "T") await sleep(20);
  };
  const goOn = () => void process.kill(child.pid ?? 0, "SIGCONT");
  return { pid, shown: () => text, stop, goOn, type: (typed) => child.stdin.write(typed), until, status: ended };
}

/** The state of a process: `T` for one that is stopped (proc(5)). */
function stateOf(pid: number): string | undefined {
  return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
}
