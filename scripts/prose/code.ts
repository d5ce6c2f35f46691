import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, extname, join, relative, resolve } from "node:path";
import { packageFolder } from "../../package-folder";
import { commentLines } from "./comments";
import { textLines, type TextLine } from "./texts";

/** The folders whose code is checked. */
const folders = [
  ".github",
  "cli",
  "cluster",
  "components",
  "config",
  "deployments",
  "engine",
  "examples",
  "judge",
  "kubernetes",
  "lab",
  "package",
  "policies",
  "preflight",
  "probe",
  "progress",
  "provider",
  "record",
  "render",
  "rollout",
  "routers",
  "sources",
  "template",
  "traffic",
  "values",
  "workloads",
];

/** How the texts of a file are found, by the end of its name. */
const readers: Readonly<Record<string, (source: string) => TextLine[]>> = {
  ...Object.fromEntries([".ts", ".js", ".mjs", ".cjs"].map((end) => [end, textLines])),
  ...Object.fromEntries([".yaml", ".yml", ".sh"].map((end) => [end, commentLines])),
};

/** Whether a file has texts that are read as those of code. */
export function isCode(file: string): boolean {
  return extname(file) in readers;
}

/** The product's source files that are checked. */
export function codeFiles(): string[] {
  const below = folders.flatMap((folder) =>
    readdirSync(join(packageFolder, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  return [...readdirSync(packageFolder), ...below].filter((file) => isCode(file) && !file.includes("/dist/")).sort();
}

/** The texts of source files, each in a temporary file. */
export interface WrittenTexts extends AsyncDisposable {
  /** One file for each source file. */
  readonly files: readonly string[];
  /** Translates a finding in them (`FILE:LINE:COLUMN:…`) to the source's file and line. */
  locate(finding: string): string;
}

/** Writes the texts of source files to temporary files, because Vale doesn't read strings in code. */
export async function writeTexts(sources: readonly string[]): Promise<WrittenTexts> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-prose-"));
  const written = new Map<string, (line: number) => string>();
  for (const source of sources) {
    const lines = readers[extname(source)]?.(readFileSync(resolve(packageFolder, source), "utf8")) ?? [];
    const file = join(folder, `${relative("/", resolve("/", source))}.txt`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, lines.map(({ text }) => text).join("\n"));
    written.set(file, (line) => `${source}:${lines[line - 1]?.line ?? line}`);
  }
  return {
    files: [...written.keys()],
    locate: (finding) =>
      finding.replace(/^(.+?\.txt):(\d+):\d+/, (found, file: string, line: string) => {
        return written.get(file)?.(Number(line)) ?? found;
      }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
