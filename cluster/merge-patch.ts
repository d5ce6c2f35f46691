/** What of a patch takes something out that an object still has; nothing where it has none of it. */
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

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
