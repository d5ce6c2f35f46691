import { readFile, rm } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { replaceFile } from "./write-file";

/**
 * Runs Pulumi commands and leaves the stack's file as it was, where all that they did to it was to add the salt of a
 * passphrase: Pulumi adds one to any stack with a local backend, and a committed file should not change by a preview. A file
 * that was not there, as where a rollout goes on without it, is not there afterwards either.
 */
export async function keepingStackFile<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const before = await textOf(file);
  try {
    return await work();
  } finally {
    const after = await textOf(file);
    if (after !== undefined && after !== before && differsBySalt(before ?? "", after)) {
      if (before === undefined) await rm(file);
      else replaceFile(file, before);
    }
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function differsBySalt(before: string, after: string): boolean {
  const { encryptionsalt, ...rest } = parse(after) as Record<string, unknown>;
  return encryptionsalt !== undefined && isDeepStrictEqual(asTexts(rest), asTexts(parse(before) ?? {}));
}

/** Pulumi writes numbers and booleans of the config as texts. */
function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value !== "object" || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asTexts(inner)]));
}
