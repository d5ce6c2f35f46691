import type { z } from "zod";
import type { Problem } from "./problems";
import { valueAt } from "../values/value-at";

/** What may be wrong with a key: if it is, what is allowed, and what a message shows where that is not the value as it was read. */
export type Row = readonly [key: string, isWrong: unknown, allowed: string, shown?: unknown];

/** The problems of those rows that are wrong, each with what the stack has at its key. */
export function wrongOnes(values: object, rows: readonly Row[]): Problem[] {
  return rows
    .filter(([, isWrong]) => Boolean(isWrong))
    .map(([key, , allowed, shown = valueAt(values, key.split("."))]) => ({ key, value: shown, allowed }));
}

/** The same for a part of a stack, as its schema takes it. */
export function refusing<Part extends object>(rowsOf: (part: Part) => readonly Row[]) {
  return (part: Part, context: z.RefinementCtx): void => {
    for (const { key, value, allowed } of wrongOnes(part, rowsOf(part)))
      context.addIssue({ code: "custom", path: key.split("."), input: value, message: allowed });
  };
}
