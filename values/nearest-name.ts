import { distance } from "fastest-levenshtein";

/** The end of a sentence about a name that nobody knows: the nearest known one, or all of them. */
export function suggestion(name: string, known: readonly string[]): string {
  if (known.includes(name)) return " here: it belongs to another kind";
  const nearest = nearestName(name, known);
  return nearest === undefined ? `: allowed are ${known.join(", ")}` : `: did you mean ${nearest}?`;
}

/** No name that anybody knows is nearly as long; comparing takes as long as both are. */
const longestName = 200;

/** The known name that one is near enough to for a slip of the hand; nothing if none is. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > longestName) return undefined;
  const nearest = [...known].sort((left, right) => distance(name, left) - distance(name, right))[0];
  const isNear = nearest !== undefined && distance(name, nearest) <= Math.max(2, name.length / 3);
  return isNear ? nearest : undefined;
}
