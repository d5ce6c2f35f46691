import { isMap } from "./is-map";

/** Characters of a value that a message shows. */
const mostOfValue = 80;

/** What lies deeper in a value, or further behind, has no place in a message. */
const mostLevels = 4;
const mostEntries = 40;

/** Lines of one message; the rest shows once these are fixed. */
const mostLines = 20;

/** A value as a message shows it: as JSON and no more of it than helps, without what only Pulumi can decrypt. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = escaped(JSON.stringify(outlined(value, mostLevels)));
  if (text.length <= mostOfValue) return text;
  return `${text.slice(0, mostOfValue)}…${typeof value === "string" ? ` (${text.length} characters)` : ""}`;
}

/** A text on one line, and no more of it than fits. */
export function clipped(text: string, mostCharacters: number): string {
  const line = escaped(text);
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line;
}

/** The lines of a message, the first of many. */
export function listed(lines: readonly string[]): string {
  const more = lines.length - mostLines;
  return (more > 1 ? [...lines.slice(0, mostLines), `… and ${more} more like these`] : lines).join("\n");
}

function outlined(value: unknown, levels: number): unknown {
  // JSON has no text for these.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value))
    return levels === 0 ? "…" : value.slice(0, mostEntries).map((one) => outlined(one, levels - 1));
  if (!isMap(value)) return value;
  if (Object.hasOwn(value, "secure")) return "[secret]";
  const entries = Object.entries(value).slice(0, mostEntries);
  return levels === 0 ? "…" : Object.fromEntries(entries.map(([key, one]) => [key, outlined(one, levels - 1)]));
}

/** Without what would begin a new line, or do something else to a terminal. */
function escaped(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
