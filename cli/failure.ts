import { CommanderError } from "commander";
import { errorKinds, type ErrorCode } from "../progress/error-codes";
import { UserError } from "../progress/user-error";
import { Interrupted } from "./interruption";
import type { Answers } from "./answers";

/** A command that finished and found a fault, which it has shown already. */
export class Unsatisfied extends Error {}

/** The code that tells what kind of failure it was. */
export function codeOf(error: unknown): ErrorCode {
  if (error instanceof CommanderError) return "SLUICE1001";
  if (error instanceof Interrupted) return "SLUICE1900";
  return error instanceof UserError ? error.code : "SLUICE1999";
}

/** The exit status that goes with it. */
export function failureStatus(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  return error instanceof Unsatisfied ? 1 : errorKinds[codeOf(error)].exit;
}

/**
 * The text of a failure: one sentence if the user can fix it, else with a stack trace. As JSON it is one line, on
 * stderr anyway, because a command may have answered on stdout before.
 *
 * @returns nothing if the user has seen it already.
 */
export function failureText(error: unknown, json = false): string | undefined {
  // Commander has shown the help instead.
  const isShown = error instanceof CommanderError && (error.exitCode === 0 || error.code === "commander.help");
  if (isShown || error instanceof Unsatisfied) return undefined;
  const code = codeOf(error);
  const message = messageOf(error, code === "SLUICE1999");
  if (!json) return `sluice: ${message} (${code})`;
  const failure: Answers["failure"] = {
    error: { code, message, exitCode: failureStatus(error), title: errorKinds[code].title },
  };
  return JSON.stringify(failure);
}

function messageOf(error: unknown, isBug: boolean): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof CommanderError) return error.message.replace(/^error: /, "");
  return isBug ? (error.stack ?? error.message) : error.message;
}

/** Shows a failure. */
export function reportFailure(error: unknown, json = process.argv.includes("--json")): void {
  const text = failureText(error, json);
  if (text !== undefined) process.stderr.write(`${text}\n`);
}
