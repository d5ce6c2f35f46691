import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../../package-folder";
import { temporaryFolder, writeInto } from "../support/folders";

describe("loadTypeScript", () => {
  const folder = temporaryFolder();
  const kept = join(folder, "kept");
  const write = (value: number) => writeInto(folder, "a.ts", `export const a: number = ${value};`);
  const loaded = (cache = kept) => {
    const loader = JSON.stringify(join(packageFolder, "cli", "typescript.js"));
    const file = JSON.stringify(join(folder, "a.ts"));
    const script = `require(${loader}).loadTypeScript(${JSON.stringify(cache)}); console.log(require(${file}).a)`;
    return execFileSync("node", ["-e", script], { encoding: "utf8" }).trim();
  };

  it("compiles a file once, and anew when it has changed", () => {
    write(1);
    assert.equal(loaded(), "1");
    const [first = "", ...more] = readdirSync(kept);
    assert.deepEqual(more, []);
    // Only whoever reads what was kept sees this.
    writeFileSync(join(kept, first), "exports.a = 'kept'");
    assert.equal(loaded(), "kept");
    write(2);
    assert.equal(loaded(), "2");
    assert.equal(readdirSync(kept).length, 2);
  });

  it("compiles each time where nothing can be kept", () => {
    write(3);
    assert.equal(loaded(writeInto(folder, "file", "")), "3");
  });
});
