import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
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

  /** The rules that a text violates. */
  const violated = async (text: string) => {
    const file = join(folder, "page.md");
    writeFileSync(file, text);
    const { findings } = await checkProse(vale, [file]);
    return [...new Set([...findings.matchAll(/:(\w+\.\w+):/g)].map(([, rule]) => rule))].sort();
  };

  it("has no findings", async () => assert.deepEqual(await checkProse(vale, pages()), { exitCode: 0, findings: "" }));

  it("would have some", async () => {
    assert.deepEqual(
      await violated("Sluice runs several versions of a workload and routes traffic between them.\n"),
      [],
    );
    assert.deepEqual(await violated("It brings the way in, whoever holds the plan.\n"), ["Sluice.Words"]);
    assert.deepEqual(await violated("A recieved request counts.\n"), ["Vale.Spelling"]);
    assert.deepEqual(await violated(`${"One word more ".repeat(11)}is too long.\n`), ["Sluice.Sentences"]);
    assert.deepEqual(await violated("Where the canary fails, users stay.\n"), ["Sluice.Where"]);
  });
});
