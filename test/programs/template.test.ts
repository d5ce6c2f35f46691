import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { findPulumi } from "../../engine/pulumi-command";
import { packageFolder } from "../../package-folder";
import { skipBecause } from "../e2e/support/lab";
import { sluice } from "../unit/support/command-line";
import { temporaryFolder } from "../unit/support/folders";

describe("pulumi new with Sluice's template", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  it("makes a project whose stack sluice explains", async function () {
    const pulumi = await findPulumi();
    if (!pulumi) skipBecause(this, "there is no pulumi on PATH, and none is built");
    const options = "--generate-only --yes --offline --name web-shop --description Ours --dir".split(" ");
    await execa(pulumi.command.command, ["new", join(packageFolder, "template"), ...options, folder]);
    const files = readdirSync(folder).sort();
    assert.deepEqual(files, [".gitignore", "Pulumi.dev.yaml", "Pulumi.yaml", "index.js", "package.json"]);
    const project = parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
    assert.deepEqual([project["name"], project["description"], project["template"]], ["web-shop", "Ours", undefined]);
    assert.match(readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8"), /^ {2}sluice:workload: web-shop$/m);
    assert.equal(sluice("explain", "--cwd", folder).stdout, "http://www.example.com/: 100% v1 (no canary)\n");
  });
});
