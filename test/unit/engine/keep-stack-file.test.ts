import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keepingStackFile } from "../../../engine/keep-stack-file";
import { temporaryFolder, writeInto } from "../support/folders";

const committed = "# the stack\nconfig:\n  sluice:canaryWeight: 10 # percent\n";

describe("keepingStackFile", () => {
  const folder = temporaryFolder();
  const leftBy = async (written: string, work = () => Promise.resolve()) => {
    const file = writeInto(folder, "Pulumi.dev.yaml", committed);
    const done = keepingStackFile(file, async () => {
      writeFileSync(file, written);
      await work();
    });
    await done.catch(() => undefined);
    return readFileSync(file, "utf8");
  };
  const salted = 'encryptionsalt: v1:x\nconfig:\n  sluice:canaryWeight: "10"\n';

  it("takes a salt out again, with the comments it cost", async () => {
    assert.equal(await leftBy(salted), committed);
  });

  it("does so where the work fails", async () => {
    assert.equal(await leftBy(salted, () => Promise.reject(new Error("failed"))), committed);
  });

  it("leaves a file of which more changed", async () => {
    const changed = salted.replace("10", "40");
    assert.equal(await leftBy(changed), changed);
  });

  it("removes a file that was not there and has but a salt", async () => {
    const file = join(folder, "Pulumi.gone.yaml");
    const write = (text: string) => keepingStackFile(file, () => Promise.resolve(writeFileSync(file, text)));
    await write("encryptionsalt: v1:x\n");
    assert.equal(existsSync(file), false);
    await write(salted);
    assert.equal(readFileSync(file, "utf8"), salted);
  });

  it("gives the work's result back", async () => {
    const file = writeInto(folder, "Pulumi.dev.yaml", committed);
    assert.equal(await keepingStackFile(file, () => Promise.resolve(7)), 7);
  });
});
