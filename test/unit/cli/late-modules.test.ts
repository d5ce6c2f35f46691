import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { packageFolder } from "../../../package-folder";

describe("loadLate", () => {
  const run = (script: string) =>
    execFileSync("node", ["-e", `require("./cli/late-modules").loadLate(); ${script}`], {
      cwd: packageFolder,
      encoding: "utf8",
    }).trim();
  const loaded = `["typescript", "@npmcli/arborist"].filter((name) => require.resolve(name) in require.cache).join()`;

  it("loads neither the compiler nor npm's resolver with Pulumi's library", () =>
    assert.equal(run(`require("@pulumi/pulumi"); console.log(${loaded})`), ""));

  it("loads each of them where Pulumi's library comes to use it", () => {
    const runtime = `require("@pulumi/pulumi").runtime`;
    const text = run(`${runtime}.serializeFunction(() => 41 + 1).then(({ text }) => console.log(text, ${loaded}))`);
    assert.match(text, /41 \+ 1[^]* typescript$/);
    const paths = run(`${runtime}.computeCodePaths().then(({ size }) => console.log(size > 0, ${loaded}))`);
    assert.equal(paths, "true @npmcli/arborist");
  });

  it("loads them at once for others", () =>
    assert.equal(run(`require("typescript"); console.log(${loaded})`), "typescript"));
});
