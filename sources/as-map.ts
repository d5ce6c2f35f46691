import { isMap } from "../values/is-map";

/** A structured value of a stack, which plain `pulumi` passes to the program as JSON; nothing if it isn't a map. */
export function asMap(value: unknown): Record<string, unknown> | undefined {
  if (isMap(value)) return value;
  try {
    const read = typeof value === "string" ? (JSON.parse(value) as unknown) : undefined;
    return isMap(read) ? read : undefined;
  } catch {
    return undefined;
  }
}
