import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import program = require("../../../index");
import { evaluateProgram } from "../../../render/evaluate";
import { withWarnings } from "../support/programs";
import { smallStack, type RawConfig } from "../support/stacks";

describe("the program", () => {
  /** What it warns of in a preview, or in an update. */
  const warningsOf = async (config: RawConfig, isPreview: boolean) => {
    const run = async () => {
      const mocks = {
        newResource: ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({ id: name, state: inputs as object }),
        call: ({ inputs }: pulumi.runtime.MockCallArgs) => ({ ...(inputs as object), outputs: {} }),
      };
      await pulumi.runtime.setMocks(mocks, "sluice", "test", isPreview, "organization");
      return program({ rollout: () => Promise.resolve(undefined) });
    };
    const { said } = await withWarnings(() => evaluateProgram({ stack: "test", config, run }));
    return said;
  };
  const old = { "sluice:affinity": "cookie", "sluice:affinityCookie": "Stay" };

  it("warns of each key by its old name once, in a preview", async () => {
    const said = await warningsOf(smallStack(old), true);
    assert.equal(said.length, 2);
    assert.match(said[0] ?? "", /sluice:affinity is now sluice:affinity\.mode, .*sluice config migrate/);
    assert.match(said[1] ?? "", /sluice:affinityCookie is now sluice:affinity\.cookie/);
  });

  it("warns of nothing in an update, which a preview comes before, and of no key by its new name", async () => {
    assert.deepEqual(await warningsOf(smallStack(old), false), []);
    assert.deepEqual(await warningsOf(smallStack({ "sluice:affinity": { cookie: "Stay" } }), true), []);
  });
});
