import type { SeenAnswer } from "../watch";

/** What users had of a rollout that went wrong. */
export interface Harm {
  /** Seconds from the first failed answer to the last answer that the canary gave. */
  readonly exposure: number;
  /** Requests that failed. */
  readonly failed: number;
}

/**
 * Reads it from all answers.
 *
 * @param fault when the canary was broken, in milliseconds of the machine's clock.
 * @throws Error where no request met the fault: there is nothing to measure then.
 */
export function harmOf(answers: readonly SeenAnswer[], canary: string, fault: number): Harm {
  const later = answers.filter(({ at }) => at >= fault).sort((left, right) => left.at - right.at);
  const failed = later.filter(({ failure }) => failure !== undefined);
  const [first] = failed;
  const last = later.findLast((answer) => isBy(answer, canary));
  if (!first || !last) throw new Error(`no request met the broken ${canary}`);
  return { exposure: (last.at - first.at) / 1000, failed: failed.length };
}

/** A failed answer still carries the version that gave it, in what was seen of its body. */
function isBy({ version, failure = "" }: SeenAnswer, canary: string): boolean {
  return version === canary || new RegExp(`\\b${canary}\\b`).test(failure);
}

/** How many of the answers were none. */
export function failedIn(answers: readonly SeenAnswer[]): number {
  return answers.filter(({ failure }) => failure !== undefined).length;
}
