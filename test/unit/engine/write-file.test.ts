import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changeFile, createFiles, replaceFile } from "../../../engine/write-file";
import { temporaryFolder, writeInto } from "../support/folders";

describe("a file that is written as a whole", () => {
  const folder = temporaryFolder();

  it("may be new", () => {
    const file = join(folder, "Pulumi.new.yaml");
    replaceFile(file, "text");
    assert.equal(readFileSync(file, "utf8"), "text");
    assert.deepEqual(readdirSync(folder), ["Pulumi.new.yaml"]);
  });
});

describe("a file that is changed until somebody agrees", () => {
  const folder = temporaryFolder();
  const read = (file: string) => readFileSync(file, "utf8");

  it("is as it was once it is taken back", () => {
    const file = writeInto(folder, "stack.yaml", "before");
    const restore = changeFile(file, "before", "after");
    assert.equal(read(file), "after");
    restore();
    assert.equal(read(file), "before");
    assert.deepEqual(readdirSync(folder), ["stack.yaml"]);
  });

  it("keeps what somebody else has written meanwhile", () => {
    const file = writeInto(folder, "stack.yaml", "before");
    const restore = changeFile(file, "before", "after");
    writeFileSync(file, "theirs");
    restore();
    assert.equal(read(file), "theirs");
  });
});

describe("files that are not there yet", () => {
  const folder = temporaryFolder();

  it("are all written, with their folders, or none: nothing that is there is replaced", () => {
    const [first, second] = [join(folder, "a", "b", "first"), join(folder, "second")];
    writeFileSync(second, "theirs");
    assert.throws(
      () =>
        createFiles(
          new Map([
            [first, "1"],
            [second, "2"],
          ]),
        ),
      /^UserError: can't write .*second, so nothing was written: EEXIST/,
    );
    assert.equal(readFileSync(second, "utf8"), "theirs");
    assert.ok(!existsSync(join(folder, "a")));
    createFiles(new Map([[first, "1"]]));
    assert.equal(readFileSync(first, "utf8"), "1");
  });
});
