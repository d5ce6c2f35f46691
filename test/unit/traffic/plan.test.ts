import assert from "node:assert/strict";
import { activeVersion, idleColor, isUnreachable } from "../../../traffic/plan";
import { blueGreenPlan, planWith, planWithoutCanary, replicaRatioPlan } from "../support/plans";

describe("isUnreachable", () => {
  it("is true only where neither weight nor rule leads to the canary", () => {
    assert.equal(isUnreachable(planWith({})), true);
    assert.equal(isUnreachable(planWith({ weight: 1 })), false);
    assert.equal(isUnreachable(planWith({ weight: 1, weightTotal: 1000 })), false);
    assert.equal(isUnreachable(planWith({ header: { name: "Region" } })), false);
    assert.equal(isUnreachable(planWith({ cookie: "trial" })), false);
    assert.equal(isUnreachable(planWithoutCanary()), false);
  });

  it("is true where the canary has no pods behind the Service", () => {
    assert.equal(isUnreachable(replicaRatioPlan({ canary: { version: "v2", replicas: 0 } })), true);
    assert.equal(isUnreachable(replicaRatioPlan()), false);
    const { canary: _, ...alone } = replicaRatioPlan();
    assert.equal(isUnreachable(alone), false);
  });

  it("is never true of colors", () => assert.equal(isUnreachable(blueGreenPlan()), false));
});

describe("activeVersion and idleColor", () => {
  it("are the two sides of a switch", () => {
    const blue = blueGreenPlan();
    assert.deepEqual([activeVersion(blue), idleColor(blue)], ["v1", { color: "green", version: "v2" }]);
    const green = blueGreenPlan({ activeColor: "green" });
    assert.deepEqual([activeVersion(green), idleColor(green)], ["v2", { color: "blue", version: "v1" }]);
  });

  it("know no idle color where there is one color only", () => {
    assert.equal(idleColor(blueGreenPlan({ colors: { blue: "v1" } })), undefined);
  });

  it("refuse a plan whose active color has no version", () => {
    assert.throws(() => activeVersion(blueGreenPlan({ colors: { green: "v2" } })), /no color blue/);
  });
});
