import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder";
import { policies } from "../../policies/policies";
import { readExample } from "../../scripts/policies/examples";
import { findingsOf } from "../../scripts/policies/page";
import { allPages } from "../../scripts/policies/pages";

const folder = join(packageFolder, "docs", "policies");

describe("the example of each policy", () => {
  for (const policy of policies)
    describe(policy.name, () => {
      it("is stopped", async () => {
        const findings = await findingsOf(policy, readExample(policy.name).violates);
        assert.equal(findings.length, 1, findings.join("\n"));
      });

      it("passes as it should be", async () =>
        assert.deepEqual(await findingsOf(policy, readExample(policy.name).passes), []));
    });
});

describe("docs/policies", function () {
  this.timeout(120_000);

  it("has what npm run docs:policies writes", async () => {
    const pages = await allPages();
    for (const [file, text] of pages) assert.equal(readFileSync(join(folder, file), "utf8"), text, file);
    const files = readdirSync(folder).filter((file) => file.endsWith(".md"));
    assert.deepEqual(files.sort(), [...pages.keys()].sort());
  });
});
