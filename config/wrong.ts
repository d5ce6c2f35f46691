import type { Problem } from "./problems";
import { valueAt } from "./value-at";

/** What may be wrong with a key: if it is, what is allowed, and what a message shows where that is not the value as it was read. */
export type Row = readonly [key: string, isWrong: unknown, allowed: string, shown?: unknown];

/** The problems of those rows that are wrong, each with what the stack has at its key. */
export function wrongOnes(values: object, rows: readonly Row[]): Problem[] {
  return rows
    .filter(([, isWrong]) => Boolean(isWrong))
    .map(([key, , allowed, shown = valueAt(values, key.split("."))]) => ({ key, value: shown, allowed }));
}
