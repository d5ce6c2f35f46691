import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../progress/user-error";

/**
 * Writes a file, which need not be there yet, atomically: a reader, or the next run after a kill, finds the
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

/**
 * Writes files that are not there yet, with the folders that they need: all of them or none.
 *
 * @throws UserError if one of them is there already or can't be written.
 */
export function createFiles(files: ReadonlyMap<string, string>): void {
  const made: string[] = [];
  for (const [file, text] of files)
    try {
      const folder = mkdirSync(dirname(file), { recursive: true });
      if (folder !== undefined) made.push(folder);
      writeFileSync(file, text, { flag: "wx" });
      made.push(file);
    } catch (error) {
      for (const place of made) rmSync(place, { recursive: true, force: true });
      throw new UserError(`can't write ${file}, so nothing was written: ${(error as Error).message}`, "SLUICE1103");
    }
}
