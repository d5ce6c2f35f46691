import assert from "node:assert/strict";
import { noInPlaceRelease } from "../../policies/no-in-place-release";
import type { InPlaceChange } from "../../traffic/in-place";
import { check } from "./support/check";
import { blueGreenPlan, canaryPlan, release, replicaRatioPlan } from "./support/plans";

const change = (percent: number, after = "nginx:3"): InPlaceChange => ({
  ...{ version: "v1", percent },
  images: { before: ["nginx:1"], after: [after] },
});

describe("no-in-place-release", () => {
  for (const plan of [canaryPlan("v1", "v2", 10), blueGreenPlan("blue"), replicaRatioPlan(3, 1)])
    it(`refuses a version that changes under its users (${plan.strategy}), and names the way`, async () => {
      const { violations } = await check(noInPlaceRelease, [release(plan, { plan, inPlace: [change(90)] })]);
      assert.equal(violations.length, 1);
      assert.match(violations[0] ?? "", /^v1 would get nginx:3 in place of nginx:1, at once for the 90% who have it: /);
      assert.match(violations[0] ?? "", /sluice rollout --to, or by sluice shift\.$/);
    });

  it("tells of another pod template, and of users whom a rule sends", async () => {
    const plan = canaryPlan("v1");
    const { violations } = await check(noInPlaceRelease, [release(plan, { plan, inPlace: [change(0, "nginx:1")] })]);
    assert.match(violations[0] ?? "", /another pod template, at once for those whom a rule sends to it/);
  });

  it("lets every other update pass, and has nothing to decide before the first one", async () => {
    const plan = canaryPlan("v1");
    assert.deepEqual((await check(noInPlaceRelease, [release(plan, plan)])).violations, []);
    assert.equal((await check(noInPlaceRelease, [release(plan)])).notApplicable.length, 1);
  });
});
