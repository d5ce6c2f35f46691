import type { StepContext } from "../../../progress/step";

/** A step's context that nobody watches. */
export const quietContext: StepContext = { report: () => undefined, signal: new AbortController().signal };
