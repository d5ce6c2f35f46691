import assert from "node:assert/strict";
import { join } from "node:path";
import { encrypted, hasEncrypted } from "../../../values/encrypted";
import { readStack, readStackFile, stackOfText } from "../../../engine/stack-file";
import { UserError } from "../../../progress/user-error";
import { temporaryFolder, writeInto } from "../support/folders";

describe("readStack", () => {
  const folder = temporaryFolder();
  before(() => {
    writeInto(folder, "Pulumi.yaml", "name: sluice\n");
    writeInto(folder, "Pulumi.one.yaml", "config:\n  sluice:host: a.test\n");
    writeInto(folder, "Pulumi.two.yaml", "config: {}\n");
  });

  it("reads a stack's config by full key", () => {
    assert.deepEqual(readStack("one", folder), {
      stack: "one",
      file: join(folder, "Pulumi.one.yaml"),
      config: { "sluice:host": "a.test" },
    });
  });

  it("names the stacks that there are where one is missing", () => {
    assert.throws(
      () => readStack("three", folder),
      (error: Error) => error instanceof UserError && error.message.endsWith("stacks of this project: one, two"),
    );
  });
});

describe("readStackFile", () => {
  const folder = temporaryFolder();
  const refused = (text: string, message: RegExp) => {
    const file = writeInto(folder, "Pulumi.bad.yaml", text);
    assert.throws(
      () => readStackFile(file),
      (error: Error) => error instanceof UserError && message.test(error.message) && error.message.includes(file),
    );
  };

  it("takes the stack's name from the file's", () => {
    assert.equal(readStackFile(writeInto(folder, "Pulumi.eu.west.yaml", "config: {}")).stack, "eu.west");
    assert.equal(readStackFile(writeInto(folder, "canary.yml", "config: {}")).stack, "canary");
  });

  it("takes a file without config as an empty one", () => {
    assert.deepEqual(readStackFile(writeInto(folder, "Pulumi.empty.yaml", "encryptionsalt: v1:x\n")).config, {});
  });

  it("refuses what is not valid YAML", () => refused("config: [\n", /is not valid YAML/));

  it("refuses what has no config map", () => {
    refused("config: [1]\n", /must be a YAML map with a map config/);
    refused("just a text\n", /must be a YAML map/);
    refused("", /must be a YAML map/);
  });

  it("refuses a missing file by its path", () => {
    const file = join(folder, "missing.yaml");
    assert.throws(
      () => readStackFile(file),
      (error: Error) => error instanceof UserError && error.message.includes(file),
    );
  });

  it("marks encrypted values, wherever they are", () => {
    const text =
      "config:\n  a:key: { secure: AAAB }\n  a:deep: { list: [{ secure: AAAC }, plain], secure: no, other: 1 }\n";
    const { config } = readStackFile(writeInto(folder, "Pulumi.secret.yaml", text));
    assert.deepEqual(config, {
      "a:key": encrypted,
      "a:deep": { list: [encrypted, "plain"], secure: "no", other: 1 },
    });
    assert.equal(hasEncrypted(config), true);
    assert.equal(hasEncrypted({ a: ["plain", { b: null }] }), false);
  });

  it("merges maps by << as Pulumi does, what stands beside it winning", () => {
    const text = "config:\n  sluice:host: a\n  <<: { sluice:path: /shop, sluice:host: b }\n";
    assert.deepEqual(stackOfText(text, "Pulumi.dev.yaml", "dev").config, {
      "sluice:host": "a",
      "sluice:path": "/shop",
    });
  });
});
