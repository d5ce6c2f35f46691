import { UserError } from "../progress/user-error";
import { suggestion } from "../values/nearest-name";
import { clipped, listed, shown } from "../values/shown";

/** One thing that is wrong with a stack's config. */
export interface Problem {
  /** The key, with its place inside a structured value: `versions.v1.image`. */
  readonly key: string;
  /** What stands there; `undefined` where it is missing. */
  readonly value: unknown;
  /** What is allowed, as the rest of a sentence that begins with "it": "must be …", "has no meaning …". */
  readonly allowed: string;
}

/** Thrown for a stack whose config can't be used; carries every problem found, not just the first. */
export class ConfigError extends UserError {
  override readonly name = "ConfigError";
  override readonly code = "SLUICE1104";

  /** @param refusals what is told of no key: a line each. */
  constructor(
    readonly problems: readonly Problem[],
    readonly refusals: readonly string[] = [],
  ) {
    super(listed([...problems.map(describeProblem), ...refusals]));
  }
}

/** Characters of a key and of what is allowed, either of which may name what somebody wrote. */
const mostOfKey = 120;
const mostOfAllowed = 500;

/** `sluice:canaryWeight is 101: it must be a whole number from 0 to 100`. */
export function describeProblem({ key, value, allowed }: Problem): string {
  return `sluice:${clipped(key, mostOfKey)} is ${shown(value)}: it ${clipped(allowed, mostOfAllowed)}`;
}

/** The problem of a key that nobody reads, with the nearest one that somebody does. */
export function unknownKey(path: readonly string[], value: unknown, known: readonly string[]): Problem {
  const name = path.at(-1) ?? "";
  return { key: path.join("."), value, allowed: `is not a known key${suggestion(name, known)}` };
}
