import assert from "node:assert/strict";
import { helmModule, kubectlModule, traefikModule } from "../../../lab/modules";
import { fitsMachine } from "../../../lab/prebuilt";
import { moduleKey } from "../../../lab/programs";

describe("a program that somebody has built already", () => {
  it("is the only one of its module, and pinned by a checksum for each architecture", () => {
    for (const { programs, prebuilt } of [kubectlModule, helmModule, traefikModule]) {
      assert.equal(Object.keys(programs).length, 1);
      assert.match(prebuilt?.requirement ?? "", /^[a-z0-9-]+==\d+(\.\d+)+$/);
      for (const hash of Object.values(prebuilt?.hashes ?? {})) assert.match(hash, /^[0-9a-f]{64}$/);
    }
  });

  it("is taken if there is one for the machine, whichever Go is there", async () => {
    const { [process.arch]: _, ...others } = { x64: "a", arm64: "b" } as Record<string, string>;
    const wheel = { requirement: "thing==1", place: ["thing"], version: { args: [], answer: "1" } };
    const here = { ...wheel, hashes: { [process.arch]: "c" } };
    const elsewhere = { ...wheel, hashes: others };
    assert.deepEqual([fitsMachine(here), fitsMachine(elsewhere)], [process.platform === "linux", false]);
    const keys = (prebuilt: typeof here) =>
      Promise.all(["go1", "go2"].map((go) => moduleKey({ ...helmModule, prebuilt }, go)));
    if (process.platform === "linux") assert.equal(new Set(await keys(here)).size, 1);
    assert.equal(new Set(await keys(elsewhere)).size, 2);
  });
});
