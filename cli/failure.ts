import { CommanderError } from "commander";
import { ConfigError } from "../config/problems";
import { PackConfigError, PolicyError } from "../engine/policy/violation";
import { UserError } from "../progress/user-error";
import { Interrupted, interruptedStatus } from "./interruption";

/** A command that ran to its end and found something not as it should be; its message was shown already. */
export class Unsatisfied extends Error {}

/** The exit status that tells a script what kind of failure it was. */
export function failureStatus(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigError || error instanceof PackConfigError) return 2;
  if (error instanceof PolicyError) return 3;
  return error instanceof Interrupted ? interruptedStatus : 1;
}

/** Shows a failure: the user's to fix as a sentence, anything else with its stack. */
export function reportFailure(error: unknown): void {
  if (error instanceof Unsatisfied) return;
  const isForUser = error instanceof UserError || error instanceof Interrupted;
  const text = isForUser ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`sluice: ${text}\n`);
}
