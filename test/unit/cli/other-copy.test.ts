import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describeOtherCopy } from "../../../cli/other-copy";
import { temporaryFolder, writeInto } from "../support/folders";

describe("a repository with a Sluice of its own", () => {
  const folder = temporaryFolder();

  it("is told of if another version runs", () => {
    assert.equal(describeOtherCopy(folder, "0.1.0"), undefined);
    mkdirSync(join(folder, "node_modules", "sluice"), { recursive: true });
    writeInto(folder, "node_modules/sluice/package.json", JSON.stringify({ name: "sluice", version: "0.2.0" }));
    assert.equal(
      describeOtherCopy(folder, "0.1.0"),
      "this is Sluice 0.1.0, but this repository has 0.2.0: run npx sluice, which takes that one (SLUICE1008)",
    );
    assert.equal(describeOtherCopy(folder, "0.2.0"), undefined);
  });
});
