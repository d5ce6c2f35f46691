import { execa } from "execa";
import { toolsModule } from "../../lab/modules";
import { onPath } from "../../sources/find-program";
import { skipBecause } from "../e2e/support/lab";

describe("the lab's own programs", function () {
  this.timeout(300_000);

  it("pass their own tests", async function () {
    if (onPath("go") === undefined) skipBecause(this, "there is no go on PATH");
    await execa("go", ["test", "./..."], { cwd: toolsModule.directory, env: { GOWORK: "off" } });
  });
});
