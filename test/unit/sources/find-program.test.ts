import assert from "node:assert/strict";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtBefore, onPath } from "../../../sources/find-program";
import { temporaryFolder } from "../support/folders";
import { withVariables } from "../support/variables";

describe("a program", () => {
  const folder = temporaryFolder();

  function build(name: string, program: string, seconds: number): string {
    const place = join(folder, "sluice", "lab", name);
    mkdirSync(place, { recursive: true });
    const path = join(place, program);
    writeFileSync(path, "", { mode: 0o755 });
    utimesSync(path, seconds, seconds);
    return path;
  }

  withVariables(() => ({ XDG_CACHE_HOME: folder, PATH: folder }));

  it("that the lab has built several times is the last one", () => {
    build("helm-aaaa", "helm", 1000);
    const last = build("helm-0000", "helm", 2000);
    build("kubectl-bbbb", "kubectl", 3000);
    assert.equal(builtBefore("helm"), last);
    assert.equal(builtBefore("istioctl"), undefined);
  });

  it("is found on the PATH if it can be run", () => {
    writeFileSync(join(folder, "plain"), "", { mode: 0o644 });
    writeFileSync(join(folder, "runs"), "", { mode: 0o755 });
    assert.equal(onPath("runs"), join(folder, "runs"));
    assert.equal(onPath("plain"), undefined);
  });
});
