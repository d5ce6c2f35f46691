import { InvalidArgumentError, type Command } from "commander";

/** Adds the options of an engine's `UpdateOptions`. */
export function withUpdateOptions(command: Command): Command {
  return command
    .option("--force-conflicts", "take back fields that another field manager changed")
    .option("--adopt", "take over existing objects that no stack made")
    .option(
      "--policy-pack-config <file>",
      "the policies' levels and limits (default: policies/config/ENVIRONMENT.json, by the stack's sluice:environment)",
    );
}

/** How many requests verify a split. */
export const defaultRequests = 400;

/** Reads a number of requests. */
export function parseRequests(text: string): number {
  const requests = Number(text);
  if (Number.isInteger(requests) && requests >= 1 && requests <= 10_000) return requests;
  throw new InvalidArgumentError("It must be a whole number from 1 to 10000.");
}
