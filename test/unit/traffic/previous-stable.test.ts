import assert from "node:assert/strict";
import { previousStable } from "../../../traffic/previous-stable";
import type { CanaryPlan } from "../../../traffic/plan";
import { blueGreenPlan, replicaRatioPlan } from "../support/plans";

const routes = [{ host: "www.test.com", path: "/", pathType: "Prefix", tls: false }] as const;
const stableAt = (stable: string): CanaryPlan => ({ strategy: "canary", router: "ingress", routes, stable });

describe("previousStable", () => {
  it("is nothing before the first update", () => assert.equal(previousStable(stableAt("v1"), undefined), undefined));

  it("is the version that a promotion put down", () =>
    assert.equal(previousStable(stableAt("v2"), { plan: stableAt("v1") }), "v1"));

  it("stays while stable stays", () =>
    assert.equal(previousStable(stableAt("v2"), { plan: stableAt("v2"), previousStable: "v1" }), "v1"));

  it("is nothing after a rollback: the version that failed has to prove itself anew", () =>
    assert.equal(previousStable(stableAt("v1"), { plan: stableAt("v2"), previousStable: "v1" }), undefined));

  it("is the color's version that users had before a switch, and the stable track's before a promotion", () => {
    const [blue, green] = [blueGreenPlan(), blueGreenPlan({ activeColor: "green" })];
    assert.equal(previousStable(green, { plan: blue }), "v1");
    assert.equal(previousStable(blue, { plan: green, previousStable: "v1" }), undefined);
    assert.equal(previousStable(stableAt("v2"), { plan: replicaRatioPlan() }), "v1");
  });
});
