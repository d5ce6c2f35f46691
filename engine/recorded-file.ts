import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { encrypted } from "../values/encrypted";
import { isMap } from "../values/is-map";
import { readYaml } from "../values/read-yaml";
import { UserError } from "../progress/user-error";

/**
 * Works with a temporary stack file of a recorded config; the stack's own file stays as it is. What is
 * encrypted is taken from there, if it is available.
 *
 * @param own the stack's own file; it may be missing.
 * @throws UserError if a secret is needed that it does not have.
 */
export async function withRecordedFile<Result>(
  config: Readonly<Record<string, unknown>>,
  own: string,
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  return withStackFile(recordedText(config, await readFile(own, "utf8").catch(() => "")), work);
}

/** Works with a temporary stack file of some text; the stack's own file stays as it is. */
export async function withStackFile<Result>(text: string, work: (file: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-"));
  try {
    const file = join(folder, "stack.yaml");
    await writeFile(file, text, { mode: 0o600 });
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The text of a stack file with a recorded config, its secrets as another file has them.
 *
 * @throws UserError for a secret that this one does not have.
 */
export function recordedText(config: Readonly<Record<string, unknown>>, own: string): string {
  const { config: theirs, ...keys } = readMap(own);
  return stringify({ ...keys, config: revived(config, theirs, []) });
}

/** A file that can't be read has no secrets. */
function readMap(text: string): Record<string, unknown> {
  try {
    const content = readYaml(text, "the stack file");
    return isMap(content) ? content : {};
  } catch {
    return {};
  }
}

function revived(value: unknown, theirs: unknown, path: readonly (string | number)[]): unknown {
  if (value === encrypted) {
    if (theirs !== undefined) return theirs;
    throw new UserError(
      `${path.join(".")} is a secret of the stack file, which is missing: restore the file`,
      "SLUICE1109",
    );
  }
  const inner = (key: string | number) => (theirs as Record<string | number, unknown> | null | undefined)?.[key];
  if (Array.isArray(value)) return value.map((one, index) => revived(one, inner(index), [...path, index]));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revived(one, inner(key), [...path, key])]));
}
