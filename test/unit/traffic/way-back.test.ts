import assert from "node:assert/strict";
import type { CanaryPlan, CanaryTrial } from "../../../traffic/plan";
import { isWayBack } from "../../../traffic/way-back";
import { blueGreenPlan, canaryPlan } from "../../policies/support/plans";

const header = { name: "Region", value: "beijing" };
const plan = (changes: Partial<CanaryTrial> = {}): CanaryPlan => ({
  ...canaryPlan("v1"),
  canary: { version: "v2", weight: 50, weightTotal: 100, header, ...changes },
});

describe("a plan that only takes requests from the canary", () => {
  it("has a lower weight, or a rule less", () => {
    assert.ok(isWayBack(plan(), plan({ weight: 0, header: undefined })));
    assert.ok(isWayBack(plan(), plan({ weight: 50, weightTotal: 200 })));
    assert.ok(isWayBack(plan(), plan()));
  });

  it("gives it nothing more, and changes nothing else", () => {
    for (const more of [{ weight: 51 }, { cookie: "trial" }, { header: { name: "Region" } }, { version: "v3" }])
      assert.equal(isWayBack(plan(), plan({ weight: 0, ...more })), false);
    assert.equal(isWayBack(plan(), { ...plan({ weight: 0 }), stable: "v0" }), false);
    assert.equal(isWayBack(plan(), canaryPlan("v1")), false);
    assert.equal(isWayBack(blueGreenPlan("blue"), blueGreenPlan("green")), false);
  });
});
