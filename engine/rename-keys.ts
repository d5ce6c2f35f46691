import { isDeepStrictEqual } from "node:util";
import { isMap, parse, parseDocument, type Pair, type YAMLMap } from "yaml";
import { configNamespace } from "../config/own-values";
import { movedValues, type RenamedKey } from "../config/renamed";
import { UserError } from "../progress/user-error";
import { editStack } from "./edit-stack";
import { endOf, keyEnd, lineEnd, lineStart, pairOf, startOf } from "./yaml-text";

/**
 * Moves keys of a stack file's text to their new places, and changes nothing else: comments, quotes, anchors and encrypted
 * values go along as they are. Keys that move into one map stand where the first of them stood.
 *
 * @throws UserError if the file is laid out in a way that can't be edited, naming the keys.
 */
export function renameKeys(text: string, renamed: readonly RenamedKey[]): string {
  const parents = [...new Set(renamed.map(({ to }) => parentOf(to)))];
  return parents.reduce((edited, parent) => {
    const keys = renamed.filter(({ to }) => parentOf(to) === parent);
    const expected = movedConfig(edited, keys);
    for (const move of [movedLines, byValues]) {
      const moved = move(edited, parent, keys);
      if (moved !== undefined && isDeepStrictEqual(configOf(moved), expected)) return moved;
    }
    const names = keys.map(({ from }) => fullKey(from)).join(", ");
    throw new UserError(`${names} can't be renamed in the file because of its layout: edit it by hand`, "SLUICE1108");
  }, text);
}

/** Lines of the file that belong to one key: the comments right above it, and its value. */
interface Lines {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with the keys' lines below their parent; nothing if the file has no lines of their own for them. */
function movedLines(text: string, parent: string, keys: readonly RenamedKey[]): string | undefined {
  const config = parseDocument(text).get("config");
  if (!isMap(config) || config.flow) return undefined;
  const target = pairOf(config, fullKey(parent));
  const isThere = target !== undefined && isMap(target.value);
  if (isThere && (target.value as YAMLMap).flow) return undefined;
  const pairs = keys.map((key) => ({ key, pair: pairOf(config, fullKey(key.from)) }));
  const step = isThere ? columnOf(text, (target.value as YAMLMap).items[0]) - columnOf(text, target) : 2;
  const lines = pairs
    .flatMap(({ key, pair }) => (pair ? [linesOf(text, pair, key, step)] : []))
    .sort((left, right) => left.start - right.start);
  const [first] = lines;
  if (!first || lines.length < keys.length) return undefined;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const column = " ".repeat(columnOf(text, pairs[0]?.pair));
  const block = lines.map((one) => one.text + (one.text.endsWith("\n") ? "" : newline)).join("");
  const pieces = lines.map(({ start, end }) => ({ start, end, by: "" }));
  const place = isThere ? lineEnd(text, endOf(text, target)) : 0;
  if (isThere) pieces.push({ start: place, end: place, by: block });
  else pieces[0] = { ...first, by: `${column}${fullKey(parent)}:${newline}${block}` };
  return pieces
    .sort((left, right) => right.start - left.start || right.end - left.end)
    .reduce((edited, { start, end, by }) => replaced(edited, start, end, by), text);
}

/** Where lines go, the empty ones on both sides of them become one. */
function replaced(text: string, start: number, end: number, by: string): string {
  const [before, after] = [text.slice(0, start) + by, text.slice(end)];
  return before + (/(^|\n)\r?\n$/.test(before) ? after.replace(/^\r?\n/, "") : after);
}

function linesOf(text: string, pair: Pair, { to }: RenamedKey, step: number): Lines {
  const start = firstComment(text, lineStart(text, startOf(pair)), columnOf(text, pair));
  const end = lineEnd(text, endOf(text, pair));
  const renamed = text.slice(start, startOf(pair)) + to.split(".")[1] + text.slice(keyEnd(pair), end);
  return { start, end, text: renamed.replace(/^(?=[^\r\n])/gm, " ".repeat(step)) };
}

/** The start of the comments right above a line, with its indentation. */
function firstComment(text: string, start: number, column: number): number {
  const above = lineStart(text, Math.max(0, start - 1));
  const isComment = start > 0 && new RegExp(`^ {${column}}#`).test(text.slice(above, start));
  return isComment ? firstComment(text, above, column) : start;
}

function columnOf(text: string, pair: Pair | undefined): number {
  return pair ? startOf(pair) - lineStart(text, startOf(pair)) : 2;
}

/** For maps on one line, which are written again. */
function byValues(text: string, parent: string, keys: readonly RenamedKey[]): string | undefined {
  const old = keys.filter(({ from }) => from !== parent).map(({ from }) => [[fullKey(from)], null] as const);
  try {
    return editStack(text, [...old, [[fullKey(parent)], movedConfig(text, keys)[fullKey(parent)]]]);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function movedConfig(text: string, keys: readonly RenamedKey[]): Record<string, unknown> {
  const full = keys.map(({ from, to }) => ({ from: fullKey(from), to: fullKey(to) }));
  return movedValues(configOf(text), full);
}

function configOf(text: string): Readonly<Record<string, unknown>> {
  return ((parse(text) as { readonly config?: Record<string, unknown> } | null) ?? {}).config ?? {};
}

function parentOf(path: string): string {
  return path.split(".")[0] ?? "";
}

function fullKey(key: string): string {
  return `${configNamespace}:${key}`;
}
