import { isScalar, type Pair, type YAMLMap } from "yaml";

/** A map's pair of a name. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => nameOf(pair) === key);
}

/** The name of a pair. */
export function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}

/** The start of a pair in the text. */
export function startOf({ key }: Pair): number {
  return (key as { range?: [number, number, number] }).range?.[0] ?? 0;
}

/** Where its key ends. */
export function keyEnd({ key }: Pair): number {
  return (key as { range?: [number, number, number] }).range?.[1] ?? 0;
}

/** The end of a pair's value: for a nested map or list, the end of its last value. */
export function endOf(text: string, pair: Pair): number {
  const value = pair.value as { range?: [number, number, number]; items?: unknown[]; flow?: boolean } | null;
  if (!value?.range) return text.indexOf(":", keyEnd(pair)) + 1;
  const last = value.flow ? undefined : value.items?.at(-1);
  if (last === undefined) return text.slice(0, value.range[1]).trimEnd().length;
  const inner = last as { key?: unknown; range?: [number, number, number]; items?: unknown[] };
  return endOf(text, inner.key === undefined ? ({ key: inner, value: inner } as unknown as Pair) : (last as Pair));
}

/** The start of a place's line. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** The start of the next line. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}
