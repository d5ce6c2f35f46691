import assert from "node:assert/strict";
import { withStackLock } from "../../../cli/stack-lock";
import { UserError } from "../../../progress/user-error";
import { temporaryFolder } from "../support/folders";
import { withVariables } from "../support/variables";

describe("withStackLock", () => {
  const folder = temporaryFolder();
  withVariables(() => ({ XDG_STATE_HOME: folder }));
  const nothing = () => Promise.resolve("done");

  it("refuses a second holder, naming stack and cluster", async () => {
    await withStackLock("dev", "sluice-lab", async () => {
      let ran = false;
      const second = withStackLock("dev", "sluice-lab", () => Promise.resolve((ran = true)));
      await assert.rejects(
        second,
        (error: Error) => error instanceof UserError && /changing the stack dev on sluice-lab/.test(error.message),
      );
      assert.equal(ran, false);
    });
  });

  it("lets other stacks and other clusters go on", async () => {
    await withStackLock("dev", "sluice-lab", async () => {
      assert.equal(await withStackLock("prod", "sluice-lab", nothing), "done");
      assert.equal(await withStackLock("dev", "user@other/cluster", nothing), "done");
    });
  });

  it("is free again after the work, and after work that failed", async () => {
    assert.equal(await withStackLock("dev", "sluice-lab", nothing), "done");
    await assert.rejects(
      withStackLock("dev", "sluice-lab", () => Promise.reject(new Error("failed"))),
      /failed/,
    );
    assert.equal(await withStackLock("dev", "sluice-lab", nothing), "done");
  });
});
