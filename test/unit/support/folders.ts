import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a folder that goes when the calling suite's tests have ended. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sluice-unit-")));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder and returns its path. */
export function writeInto(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}
