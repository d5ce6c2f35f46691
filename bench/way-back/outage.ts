import type { SeenAnswer } from "../watch";

/** When a route was patched, in milliseconds of the machine's clock. */
export interface SentPatch {
  readonly at: number;
  readonly answeredAt: number;
}

/** How long users met a broken canary, and what of that was whose; in seconds. */
export interface Outage {
  /** From the first failing answer to the last one of the canary, or of nobody. */
  readonly total: number;
  /** From the first failing answer until the patch was sent: until somebody or something had decided. */
  readonly decision: number;
  /** Until the API server had answered the patch. */
  readonly patch: number;
  /** From there to the last such answer: the controller's share. */
  readonly controller: number;
}

/**
 * Reads it from all answers.
 *
 * @param fault when the canary was broken, in milliseconds of the machine's clock.
 * @throws Error where no request met the fault.
 */
export function outageOf(
  answers: readonly SeenAnswer[],
  canary: string,
  fault: number,
  { at, answeredAt }: SentPatch,
): Outage {
  const later = answers.filter((answer) => answer.at >= fault).sort((left, right) => left.at - right.at);
  const first = later.find(({ failure }) => failure !== undefined);
  const last = later.findLast(({ version, failure }) => version === canary || failure !== undefined);
  if (!first || !last) throw new Error(`no request met the broken ${canary}`);
  const seconds = (from: number, to: number) => (to - from) / 1000;
  return {
    total: seconds(first.at, last.at),
    decision: seconds(first.at, at),
    patch: seconds(at, answeredAt),
    controller: seconds(answeredAt, last.at),
  };
}
