import { requestErrors } from "./request-errors";
import { runErrors } from "./run-errors";

/** Every kind by its code. A code that has been released keeps its meaning, and is never given to another kind. */
export const errorKinds = { ...requestErrors, ...runErrors };

/** A code that a message ends with. */
export type ErrorCode = keyof typeof errorKinds;
