import { existsSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

/**
 * Writes a file, which need not be there yet, as a whole or not at all: a reader, or a process that is killed, finds the
 * old text or the new one.
 */
export function replaceFile(file: string, text: string): void {
  const place = existsSync(file) ? realpathSync(file) : file;
  const next = `${place}.${process.pid}.tmp`;
  try {
    writeFileSync(next, text, existsSync(place) ? { mode: statSync(place).mode } : {});
    renameSync(next, place);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

/**
 * Writes a file as {@link replaceFile} does, for as long as somebody has not agreed.
 *
 * @returns what takes it back, unless somebody else has written the file meanwhile.
 */
export function changeFile(file: string, before: string, after: string): () => void {
  replaceFile(file, after);
  return () => {
    if (readFileSync(file, "utf8") === after) replaceFile(file, before);
  };
}
