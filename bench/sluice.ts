import { join } from "node:path";
import { execa } from "execa";
import { packageFolder } from "../package-folder";
import { UserError } from "../progress/user-error";
import { installPackage } from "../test/programs/support/install-package";

/** A line that a command printed, and when. */
export interface TimedLine {
  readonly text: string;
  /** Seconds since the command was started. */
  readonly at: number;
}

/** A command that ran to its end. */
export interface TimedRun {
  /** When it was started, in milliseconds of the machine's clock, which other processes read too. */
  readonly started: number;
  /** Seconds from its start to its exit. */
  readonly seconds: number;
  readonly lines: readonly TimedLine[];
}

/** How a command is run. */
export interface RunOptions {
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command as a process of its own and takes its time.
 *
 * @throws UserError with what it complained about where it fails: a figure of a failed run would mean nothing.
 */
export async function timeCommand(
  program: string,
  args: readonly string[],
  { signal, env = {} }: RunOptions,
): Promise<TimedRun> {
  signal.throwIfAborted();
  const lines: TimedLine[] = [];
  const started = Date.now();
  const begin = performance.now();
  const elapsed = () => (performance.now() - begin) / 1000;
  const result = await execa(program, args, {
    cwd: packageFolder,
    env,
    stdin: "ignore",
    stdout: function* (line: unknown) {
      lines.push({ text: String(line), at: elapsed() });
      yield line;
    },
    cancelSignal: signal,
    // A terminal's Ctrl-C would reach it too, and a second signal has sluice exit without winding down.
    detached: true,
    forceKillAfterDelay: 60_000,
    reject: false,
  });
  const seconds = elapsed();
  signal.throwIfAborted();
  if (!result.failed) return { started, seconds, lines };
  const complaint = [result.stdout, result.stderr].map((text) => text.trim()).filter((text) => text !== "");
  throw new UserError([`${args.join(" ")}: ${result.shortMessage}`, ...complaint].join("\n"));
}

/** Runs `sluice` as a user would, as a whole process. */
export function timeSluice(args: readonly string[], options: RunOptions): Promise<TimedRun> {
  return timeCommand("node", ["cli/sluice.js", ...args], options);
}

/**
 * Packs Sluice and installs it in a folder, as users have it: a clone's command takes longer to start, as it compiles its
 * TypeScript first.
 *
 * @returns what runs it as {@link timeSluice} does. It knows no lab: the cluster must be named.
 */
export async function installedSluice(folder: string): Promise<typeof timeSluice> {
  await installPackage(folder);
  const program = join(folder, "node_modules", "sluice", "cli", "sluice.js");
  return (args, options) => timeCommand("node", [program, ...args], options);
}

/** Runs a command several times, one run after the other. */
export async function repeat(
  times: number,
  run: (round: number) => Promise<Pick<TimedRun, "seconds">>,
): Promise<number[]> {
  const seconds: number[] = [];
  for (let round = 1; round <= times; round += 1) seconds.push((await run(round)).seconds);
  return seconds;
}

/** What is going on, for whoever waits; on stderr, as stdout is for the figures. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
