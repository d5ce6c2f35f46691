import { isMap } from "../values/is-map";
import { readRenamed, type ReadValues } from "./renamed";

/** The namespace of Sluice's keys in a stack file. */
export const configNamespace = "sluice";

/** The keys that hold keys which have nothing to do with each other but where people look for them. */
export const groups = ["route", "affinity", "service"] as const;

/**
 * Sluice's keys without their namespace, under the names of this release. Maps and lists are read where they come as JSON, as
 * Pulumi passes them.
 */
export function ownValues(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return readOwnValues(raw).values;
}

/** The same, with what was there under an old name. */
export function readOwnValues(raw: Readonly<Record<string, unknown>>): ReadValues {
  const prefix = `${configNamespace}:`;
  const read = readRenamed(
    Object.fromEntries(
      Object.entries(raw)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), readJson(value)]),
    ),
  );
  return {
    ...read,
    values: Object.fromEntries(Object.entries(read.values).map(([key, value]) => [key, inGroup(key, value)])),
  };
}

/** A list or map in a group may be encrypted as a whole, and is a text when it is decrypted. */
function inGroup(key: string, value: unknown): unknown {
  if (!(groups as readonly string[]).includes(key) || !isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([child, inner]) => [child, readJson(inner)]));
}

/** No text that a key takes begins like a map or a list. */
function readJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
