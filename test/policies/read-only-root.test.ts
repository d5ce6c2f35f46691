import assert from "node:assert/strict";
import { readOnlyRoot } from "../../policies/read-only-root";
import { check } from "./support/check";
import { deployment } from "./support/objects";

describe("read-only-root", () => {
  const refused = async (readOnlyRootFilesystem?: boolean) => {
    const container = { securityContext: { ...(readOnlyRootFilesystem !== undefined && { readOnlyRootFilesystem }) } };
    return (await check(readOnlyRoot, [deployment({ container })])).violations;
  };

  it("lets a container pass that can't write to its image", async () => assert.deepEqual(await refused(true), []));

  for (const value of [false, undefined])
    it(`refuses one with ${value}, and names the key`, async () =>
      assert.match(
        (await refused(value))[0] ?? "",
        /container app: .*readOnlyRootFilesystem is not true: .*sluice:versions\.v1\.readOnlyRootFilesystem/,
      ));

  it("looks at init containers, too", async () => {
    const pod = { initContainers: [{ name: "init" }] };
    const container = { securityContext: { readOnlyRootFilesystem: true } };
    assert.match((await check(readOnlyRoot, [deployment({ container, pod })])).violations[0] ?? "", /container init: /);
  });
});
