import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeFiles } from "../../scripts/prose/code";
import { checkProse, findVale, pages, whyNoVale } from "../../scripts/prose/vale";
import { skipBecause } from "../e2e/support/lab";
import { temporaryFolder } from "../unit/support/folders";

describe("the prose", function () {
  this.timeout(900_000);
  const folder = temporaryFolder();
  let vale = "";

  before(async function () {
    const reason = whyNoVale();
    if (reason !== undefined) skipBecause(this, reason);
    vale = await findVale({ signal: new AbortController().signal, report: () => undefined });
  });

  /** The rules that a page violates. */
  const violated = async (text: string) => {
    const file = join(folder, "page.md");
    writeFileSync(file, text);
    const { findings } = await checkProse(vale, [file]);
    return [...new Set([...findings.matchAll(/:(\w+\.\w+):/g)].map(([, rule]) => rule))].sort();
  };

  it("has no findings", async () => {
    assert.deepEqual(await checkProse(vale, [...pages(), ...codeFiles()]), { exitCode: 0, findings: "" });
  });

  it("would have some", async () => {
    assert.deepEqual(
      await violated("Sluice runs several versions of a workload and routes traffic between them.\n"),
      [],
    );
    assert.deepEqual(await violated("It brings the way in, whoever holds the plan.\n"), ["Sluice.Words"]);
    assert.deepEqual(await violated("A recieved request counts.\n"), ["Vale.Spelling"]);
    assert.deepEqual(await violated(`${"One word more ".repeat(11)}is too long.\n`), ["Sluice.Sentences"]);
    assert.deepEqual(await violated("Where the canary fails, users stay.\n"), ["Sluice.Where"]);
    assert.deepEqual(await violated("A canary is no release.\n"), ["Sluice.Negations"]);
    assert.deepEqual(await violated("There is no release any more: it is no longer there.\n"), []);
  });

  it("would have some in code: in its comments and in its strings, at their lines", async () => {
    const file = join(folder, "code.ts");
    const lines = [
      "/**",
      " * It waits",
      " * in vain.",
      " */",
      'export const way = (name: string, text: string) => [`${name} is none`, "waits for ever"];',
      "export const other = 1; // Whoever reads it.",
      'export const inVain = "in vain";',
    ];
    writeFileSync(file, lines.join("\n"));
    const { exitCode, findings } = await checkProse(vale, [file]);
    assert.equal(exitCode, 1);
    const found = [...findings.matchAll(/^(.*):(\d+):Sluice\.Words:/gm)].map(([, path, line]) => [path, Number(line)]);
    assert.deepEqual(
      found,
      [3, 5, 5, 6].map((line) => [file, line]),
    );
  });

  it("would have some in the comments of scripts and YAML files", async () => {
    const file = join(folder, "stack.yaml");
    writeFileSync(file, ["# It waits", "# in vain.", "key: in vain # Whoever reads it.", "text: a#whoever"].join("\n"));
    const { findings } = await checkProse(vale, [file]);
    const lines = [...findings.matchAll(/^.*:(\d+):Sluice\.Words:/gm)].map(([, line]) => Number(line));
    assert.deepEqual(lines, [2, 3]);
  });
});
