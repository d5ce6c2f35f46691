import assert from "node:assert/strict";
import { rolloutStands } from "../../policies/rollout-stands";
import { check } from "./support/check";
import { canaryPlan, release } from "./support/plans";

describe("rollout-stands", () => {
  const plan = release(canaryPlan("v1"));

  it("refuses what undoes a rollout, and names the command that settles it", async () => {
    const undone = "rollout 3 promoted v2, and this update would take users back to v1";
    const { violations } = await check(rolloutStands, [{ ...plan, props: { ...plan.props, undone } }]);
    assert.equal(violations.length, 1);
    assert.match(violations[0] ?? "", new RegExp(`^${undone}: run sluice settle`));
  });

  it("lets every other plan pass", async () => assert.deepEqual((await check(rolloutStands, [plan])).violations, []));
});
