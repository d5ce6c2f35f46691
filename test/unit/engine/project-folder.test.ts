import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../../engine/project-folder";
import { UserError } from "../../../progress/user-error";
import { temporaryFolder, writeInto } from "../support/folders";

describe("projectFolder", () => {
  const folder = temporaryFolder();
  const below = join(folder, "k8s", "base");
  before(() => mkdirSync(below, { recursive: true }));

  it("is the nearest folder upwards with a Pulumi.yaml", () => {
    const message = /^there is no Pulumi\.yaml in .*base or above it: create one with .* or name .* with --cwd$/;
    assert.throws(() => projectFolder(below), { name: UserError.name, message });
    writeInto(folder, "Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    assert.equal(projectFolder(below), folder);
    assert.equal(projectFolder(folder), folder);
    writeInto(join(folder, "k8s"), "Pulumi.yml", "name: other\nruntime: nodejs\n");
    assert.equal(projectFolder(below), join(folder, "k8s"));
  });
});
