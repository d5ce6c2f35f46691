import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { pathFilters } from "../../../deployments/components/path-filters";
import { packageFolder } from "../../../package-folder";

/** The files that a file leads to by its relative imports, itself included. */
function filesFrom(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import|require\() ?"(\.[^"]+)"/g)) {
    const target = join(dirname(file), path);
    const candidates = [`${target}.ts`, join(target, "index.ts"), target];
    const next = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
    assert.ok(next, `${file} imports ${path}, which is not there`);
    filesFrom(next, found);
  }
  return found;
}

describe("a stack's path filters", () => {
  const matches = (file: string) =>
    pathFilters("dev", ".").some((pattern) =>
      pattern.endsWith("/**") ? file.startsWith(pattern.slice(0, -2)) : file === pattern,
    );

  it("have every file that the program is made from", () => {
    const files = [...filesFrom(join(packageFolder, "index.ts"))].map((file) => relative(packageFolder, file));
    assert.ok(files.length > 20, `only ${files.length} files`);
    assert.deepEqual(
      files.filter((file) => !matches(file)),
      [],
    );
  });

  it("have the stack's own file and no other stack's, and no documents", () => {
    const files = [
      "Pulumi.dev.yaml",
      "Pulumi.yaml",
      "package-lock.json",
      "Pulumi.prod.yaml",
      "README.md",
      "docs/ci.md",
      "test/unit/a.test.ts",
    ];
    assert.deepEqual(files.filter(matches), ["Pulumi.dev.yaml", "Pulumi.yaml", "package-lock.json"]);
  });

  it("are whole paths from the repository's root", () => {
    assert.ok(pathFilters("dev", "infra/sluice").includes(posix.join("infra/sluice", "traffic/**")));
  });
});
