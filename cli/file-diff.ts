import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";

/** The change of a file as `git apply` takes it; empty if there is none. */
export async function fileDiff(file: string, before: string, after: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-"));
  try {
    const name = basename(file);
    for (const [side, text] of [
      ["a", before],
      ["b", after],
    ] as const) {
      await mkdir(join(folder, side));
      await writeFile(join(folder, side, name), text);
    }
    const args = ["diff", "--no-index", "--no-color", "--no-ext-diff", "--no-prefix", `a/${name}`, `b/${name}`];
    // Its status is 1 where they differ.
    const { stdout, exitCode, shortMessage } = await execa("git", args, {
      cwd: folder,
      reject: false,
      stripFinalNewline: false,
    });
    if (exitCode !== 0 && exitCode !== 1) throw new Error(shortMessage);
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
