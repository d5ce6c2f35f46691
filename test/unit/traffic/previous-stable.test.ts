import assert from "node:assert/strict";
import { previousStable } from "../../../traffic/previous-stable";
import type { CanaryPlan, ReplicaRatioPlan } from "../../../traffic/plan";

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

  it("is nothing under another strategy", () => {
    const ratio: ReplicaRatioPlan = {
      strategy: "replicaRatio",
      router: "service",
      stable: { version: "v1", replicas: 1 },
    };
    assert.equal(previousStable(ratio, { plan: stableAt("v1"), previousStable: "v0" }), undefined);
    assert.equal(previousStable(stableAt("v1"), { plan: ratio }), undefined);
  });
});
