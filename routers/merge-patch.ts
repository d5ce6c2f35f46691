import { isDeepStrictEqual } from "node:util";
import { isMap } from "../values/is-map";

/**
 * Applies a JSON merge patch: maps are merged, null takes a key out, all else is replaced.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7386
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete result[key];
    else result[key] = applyMergePatch(result[key], value);
  return result;
}

/** What of a patch takes something out that an object still has; nothing if it has none of it. */
export function unremoved(object: unknown, patch: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isMap(object) || !isMap(patch)) return undefined;
  const rest: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    const inner = unremoved(object[key], value);
    if (value === null && object[key] !== undefined) rest[key] = null;
    else if (inner) rest[key] = inner;
  }
  return Object.keys(rest).length > 0 ? rest : undefined;
}

/** The JSON merge patch that makes one map of another; nothing if they are the same. */
export function mergePatchBetween(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[key], to[key]];
    if (isDeepStrictEqual(before, after)) continue;
    patch[key] = isMap(before) && isMap(after) ? mergePatchBetween(before, after) : (after ?? null);
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
