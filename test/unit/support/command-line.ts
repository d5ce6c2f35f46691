import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { execa } from "execa";
import { demandAnswer } from "../../answers";
import { packageFolder } from "../../../package-folder";

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

/** Runs `sluice` with a text at its standard input. An answer by `--json` must be what answers.schema.json says. */
export function sluiceReading(input: string, ...args: readonly string[]): CommandResult {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(packageFolder, "cli", "sluice.js"), ...args], {
    encoding: "utf8",
    env,
    input,
  });
  if (status === 0 && args.includes("--json")) demandAnswer(args, JSON.parse(stdout));
  return { status, stdout, stderr };
}

/** Starts `sluice` in a process of its own while this one goes on, which may be what it talks to. */
export function startSluice(variables: NodeJS.ProcessEnv, ...args: readonly string[]) {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", ...variables };
  return execa(process.execPath, [join(packageFolder, "cli", "sluice.js"), ...args], { env, reject: false });
}
