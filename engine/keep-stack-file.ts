import { readFile, writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";

/**
 * Runs Pulumi commands and leaves the stack's file as it was, where all that they did to it was to add the salt of a
 * passphrase: Pulumi adds one to any stack with a local backend, and a committed file should not change by a preview.
 */
export async function keepingStackFile<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const before = await readFile(file, "utf8");
  try {
    return await work();
  } finally {
    const after = await readFile(file, "utf8");
    if (after !== before && differsBySalt(before, after)) await writeFile(file, before);
  }
}

function differsBySalt(before: string, after: string): boolean {
  const { encryptionsalt, ...rest } = parse(after) as Record<string, unknown>;
  return encryptionsalt !== undefined && isDeepStrictEqual(asTexts(rest), asTexts(parse(before)));
}

/** Pulumi writes numbers and booleans of the config as texts. */
function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value !== "object" || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asTexts(inner)]));
}
