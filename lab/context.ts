import type { StepContext } from "../progress/step";

/** What the parts of a step are given of its context. */
export interface Context {
  /** Says what is being done now. */
  readonly report: (detail: string) => void;
  readonly signal: AbortSignal;
}

/** A step's context, to be handed on in parts. */
export function contextOf(step: StepContext): Context {
  return { signal: step.signal, report: (detail) => step.report(detail) };
}
