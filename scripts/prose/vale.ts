import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { GoModule } from "../../lab/modules";
import { buildPrograms } from "../../lab/programs";
import { packageFolder } from "../../package-folder";
import type { StepContext } from "../../progress/step";
import { onPath } from "../../sources/find-program";
import { isCode, writeTexts } from "./code";

/** Vale, which checks prose: https://vale.sh. Its parsers of source code are written in C. */
const valeModule: GoModule = {
  name: "vale",
  directory: join(packageFolder, "test", "programs", "vale"),
  programs: { vale: "github.com/vale-cli/vale/v3/cmd/vale" },
  needsCompiler: true,
};

/** The pages that are checked: `npm run prose`. */
export function pages(): string[] {
  const below = (folder: string) =>
    readdirSync(join(packageFolder, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name));
  return ["README.md", "CHANGELOG.md", "AGENTS.md", "lab/README.md", "policies/README.md", ...below("docs")].filter(
    (page) => existsSync(join(packageFolder, page)),
  );
}

/** Why there is no Vale on this machine; nothing if there is one, or if it can be built. */
export function whyNoVale(): string | undefined {
  if (onPath("vale") !== undefined) return undefined;
  const missing = ["go", "gcc"].filter((program) => onPath(program) === undefined);
  return missing.length > 0 ? `there is no vale on PATH, and no ${missing.join(" or ")} to build it` : undefined;
}

/** Finds Vale on PATH, otherwise builds it into the cache; returns its path. */
export async function findVale(context: StepContext): Promise<string> {
  const found = onPath("vale");
  if (found !== undefined) return found;
  const { vale = "" } = await buildPrograms([valeModule], context);
  return join(vale, "vale");
}

/**
 * What Vale finds in these pages and in the texts of these source files, one finding a line, and its exit status: 0 if it
 * finds nothing, 1 if it does.
 */
export async function checkProse(vale: string, files: readonly string[]) {
  await using texts = await writeTexts(files.filter(isCode));
  const checked = [...files.filter((file) => !isCode(file)), ...texts.files];
  const { exitCode = 2, all } = await execa(vale, ["--no-global", "--output", "line", ...checked], {
    cwd: packageFolder,
    reject: false,
    all: true,
  });
  return {
    exitCode,
    findings: all
      .split("\n")
      .map((finding) => texts.locate(finding))
      .join("\n"),
  };
}
