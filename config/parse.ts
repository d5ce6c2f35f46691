import type { z } from "zod";
import { ConfigError, unknownKey, type Problem } from "./problems";
import { valueAt } from "../values/value-at";

/**
 * Reads raw values by a schema and turns every complaint into a {@link Problem} with key, value and what is allowed.
 *
 * @throws ConfigError with all problems.
 */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  raw: Readonly<Record<string, unknown>>,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): z.output<Schema> {
  const lost = pathsTo(lostName, raw);
  if (lost.length > 0) throw new ConfigError(lost.map((path) => lostKey(path, raw)));
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.flatMap((issue) => problemsOf(issue, raw, knownKeys)));
}

/** A schema leaves a key of this name out of a map in silence, as it would set the map's prototype. */
const lostName = "__proto__";

function lostKey(path: readonly string[], raw: Readonly<Record<string, unknown>>): Problem {
  return {
    key: path.join("."),
    value: valueAt(raw, path),
    allowed: "must have another name, as JavaScript reserves this one",
  };
}

function pathsTo(name: string, value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === name ? [[key]] : pathsTo(name, inner).map((path) => [key, ...path]),
  );
}

function problemsOf(
  issue: z.core.$ZodIssue,
  raw: Readonly<Record<string, unknown>>,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownKey([...path, key], valueAt(raw, [...path, key]), knownKeys(issue.path)));
  if (issue.code === "invalid_key")
    return [{ key: path.join("."), value: path.at(-1), allowed: issue.issues[0]?.message ?? issue.message }];
  const value = valueAt(raw, path);
  // `1.10` is a number in YAML, whose last digit is lost.
  const isUnquoted =
    issue.code === "invalid_type" && issue.expected === "string" && ["number", "boolean"].includes(typeof value);
  return [{ key: path.join("."), value, allowed: `${issue.message}${isUnquoted ? ": quote it" : ""}` }];
}

/**
 * The keys that a schema knows at a path, for "did you mean …?"; empty where the path leads to no fixed set of keys.
 */
export function keysOfSchema(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const [head, ...rest] = path;
  const definition = schema.def as unknown as Record<string, unknown>;
  const inner = (definition["innerType"] ?? definition["in"]) as z.ZodType | undefined;
  if (inner) return keysOfSchema(inner, path);
  const options = definition["options"] as z.ZodType[] | undefined;
  if (options) return [...new Set(options.flatMap((option) => keysOfSchema(option, path)))];
  const shape = (schema as { shape?: Record<string, z.ZodType> }).shape;
  if (shape) {
    if (head === undefined) return Object.keys(shape);
    const child = shape[String(head)];
    return child ? keysOfSchema(child, rest) : [];
  }
  const element = (definition["valueType"] ?? definition["element"]) as z.ZodType | undefined;
  return element && head !== undefined ? keysOfSchema(element, rest) : [];
}
