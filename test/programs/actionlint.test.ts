import assert from "node:assert/strict";
import { join } from "node:path";
import { packageFolder } from "../../package-folder";
import { run } from "../../lab/command";
import type { GoModule } from "../../lab/modules";
import { buildPrograms } from "../../lab/programs";
import { onPath } from "../../sources/find-program";
import { skipBecause } from "../e2e/support/lab";
import { workflows } from "../unit/deployments/workflow-files";

describe("actionlint", function () {
  this.timeout(300_000);

  const module: GoModule = {
    name: "actionlint",
    directory: join(__dirname, "actionlint"),
    programs: { actionlint: "github.com/rhysd/actionlint/cmd/actionlint" },
  };

  it("finds nothing in the workflows, nor in the one that sluice init writes", async function () {
    if (onPath("go") === undefined) skipBecause(this, "there is no go on PATH");
    const { signal } = new AbortController();
    const folders = await buildPrograms([module], { signal, report: () => undefined });
    const own = workflows().map(({ name }) => join(packageFolder, ".github", name));
    const files = [...own, join(packageFolder, "cli", "init", "workflow.yaml")];
    const program = join(folders["actionlint"] ?? "", "actionlint");
    assert.equal(await run(program, ["-no-color", ...files], { cwd: packageFolder }), "");
  });
});
