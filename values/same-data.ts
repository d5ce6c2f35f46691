import { isDeepStrictEqual } from "node:util";

/** True for values that are the same as JSON: what was an output once has no keys without a value any more. */
export function isSameData(one: unknown, other: unknown): boolean {
  const [left, right] = [one, other].map((value) => JSON.parse(JSON.stringify({ value })) as unknown);
  return isDeepStrictEqual(left, right);
}
