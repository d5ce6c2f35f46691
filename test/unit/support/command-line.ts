import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "../../../engine/stack-file";

/** What a run of the command line came to. */
export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `sluice` as a user would, in a process of its own, without colors. */
export function sluice(...args: readonly string[]): CommandResult {
  return sluiceReading("", ...args);
}

/** Runs `sluice` with a text at its standard input. */
export function sluiceReading(input: string, ...args: readonly string[]): CommandResult {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectFolder, "cli", "sluice.js"), ...args], {
    encoding: "utf8",
    env,
    input,
  });
  return { status, stdout, stderr };
}
