import { isDeepStrictEqual } from "node:util";
import { Document, isCollection, isMap, parse, parseDocument, type YAMLMap } from "yaml";
import { UserError } from "../progress/user-error";
import { endOf, keyEnd, lineEnd, lineStart, nameOf, pairOf, startOf } from "./yaml-text";

/** Values to set by their paths below `config`; `null` takes a key out. */
export type StackEdits = readonly (readonly [path: readonly string[], value: unknown])[];

/**
 * Changes values in a stack file's text and nothing else: comments, order, quotes and indentation stay as they are.
 *
 * A new key goes behind the last of `neighbours` that is there, else to the end of its map, which is made if there is none.
 * A comment above a key that is taken out stays.
 *
 * @throws UserError if the file is laid out in a way that can't be edited, naming the key.
 */
export function editStack(text: string, edits: StackEdits, neighbours: readonly string[] = []): string {
  return edits.reduce((edited, [path, value]) => editOne(edited, ["config", ...path], value, neighbours), text);
}

function editOne(text: string, path: readonly string[], value: unknown, neighbours: readonly string[]): string {
  const document = parseDocument(text);
  const expected = withValue(parse(text), path, value);
  const key = path.at(-1) ?? "";
  const parent = document.getIn(path.slice(0, -1));
  if (!isMap(parent)) {
    if (value === null) return text;
    if (parent === undefined && path.length > 2) return editOne(text, path.slice(0, -1), { [key]: value }, neighbours);
    throw new UserError(
      `${path.slice(1).join(".")} can't be set in the stack file: ${path.slice(0, -1).join(".")} isn't a map there`,
      "SLUICE1108",
    );
  }
  // A map that loses its only key would be nothing at all.
  if (value === null && !parent.flow && parent.items.length === 1 && pairOf(parent, key) && path.length > 1)
    return editOne(text, path.slice(0, -1), {}, neighbours);
  const edited = parent.flow ? editFlow(text, parent, key, value) : editBlock(text, parent, key, value, neighbours);
  if (!isDeepStrictEqual(parse(edited), expected))
    throw new UserError(
      `${path.slice(1).join(".")} can't be changed in the stack file because of its layout: edit it by hand`,
      "SLUICE1108",
    );
  return edited;
}

function editBlock(text: string, parent: YAMLMap, key: string, value: unknown, neighbours: readonly string[]): string {
  const pair = pairOf(parent, key);
  if (!pair) return value === null ? text : inserted(text, parent, key, value, neighbours);
  const [start, end] = [startOf(pair), endOf(text, pair)];
  if (value === null) return text.slice(0, lineStart(text, start)) + text.slice(lineEnd(text, end));
  const colon = text.indexOf(":", keyEnd(pair));
  return `${text.slice(0, colon + 1)} ${flowText(value)}${text.slice(end)}`;
}

function inserted(text: string, parent: YAMLMap, key: string, value: unknown, neighbours: readonly string[]): string {
  const pairs = parent.items;
  const before = pairs.findLast((pair) => neighbours.includes(nameOf(pair))) ?? pairs.at(-1);
  if (!before)
    throw new UserError(`${key} can't be set in the stack file: the map that it belongs to is empty`, "SLUICE1108");
  const start = startOf(before);
  const indentation = text.slice(lineStart(text, start), start);
  const at = lineEnd(text, endOf(text, before));
  const head = text.slice(0, at);
  return `${head}${head.endsWith("\n") ? "" : "\n"}${indentation}${key}: ${flowText(value)}\n${text.slice(at)}`;
}

/** `{ a: 1 }` on one line: the map is written again. */
function editFlow(text: string, parent: YAMLMap, key: string, value: unknown): string {
  const changed = withValue(parent.toJSON(), [key], value);
  const [start, end] = parent.range ?? [0, 0];
  return text.slice(0, start) + flowText(changed) + text.slice(end);
}

function flowText(value: unknown): string {
  const document = new Document(value);
  if (isCollection(document.contents)) document.contents.flow = true;
  return document.toString({ lineWidth: 0 }).trim();
}

function withValue(root: unknown, [key = "", ...rest]: readonly string[], value: unknown): unknown {
  const { [key]: inner, ...others } = (root ?? {}) as Record<string, unknown>;
  if (rest.length > 0) return { ...(root as object), [key]: withValue(inner, rest, value) };
  return value === null ? others : { ...(root as object), [key]: value };
}
