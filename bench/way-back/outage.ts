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
 * Reads it from all answers. It is 0 if the controller led nobody to the broken pods; the decision then counts from the fault.
 *
 * @param fault when the canary was broken, in milliseconds of the machine's clock.
 */
export function outageOf(
  answers: readonly SeenAnswer[],
  canary: string,
  fault: number,
  { at, answeredAt }: SentPatch,
): Outage {
  const later = answers.filter((answer) => answer.at >= fault).sort((left, right) => left.at - right.at);
  const failed = later.find(({ failure }) => failure !== undefined);
  const first = failed?.at ?? fault;
  const last = later.findLast(({ version, failure }) => version === canary || failure !== undefined)?.at ?? answeredAt;
  const seconds = (from: number, to: number) => (to - from) / 1000;
  return {
    total: failed ? seconds(first, last) : 0,
    decision: seconds(first, at),
    patch: seconds(at, answeredAt),
    controller: seconds(answeredAt, last),
  };
}
