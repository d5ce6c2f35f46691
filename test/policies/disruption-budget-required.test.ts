import assert from "node:assert/strict";
import { disruptionBudgetRequired } from "../../policies/disruption-budget-required";
import { check, urnOf } from "./support/check";
import {
  autoscaler,
  budget,
  deployment,
  object,
  service,
  template,
  unknown,
  versionLabels,
  without,
} from "./support/objects";

describe("disruption-budget-required", () => {
  const guarded = (...resources: Parameters<typeof check>[1]) => check(disruptionBudgetRequired, resources);
  const own = budget({ matchLabels: versionLabels("v1") });

  it("lets a Deployment with its budget pass", async () =>
    assert.deepEqual((await guarded(service(), deployment(), own)).violations, []));

  it("refuses one without", async () => {
    const findings = await guarded(service(), deployment({ replicas: 3 }));
    assert.equal(findings.violations.length, 1);
    assert.match(
      findings.violations[0] ?? "",
      /^Deployment demo\/nginx-v1 has 3 pods and no PodDisruptionBudget.*sluice:versions\.v1\.minAvailable/,
    );
    assert.deepEqual(findings.urns, [urnOf(deployment())]);
  });

  for (const [what, other] of [
    ["other pods'", budget({ matchLabels: versionLabels("v2") })],
    ["another namespace's", budget({ matchLabels: versionLabels("v1") }, { namespace: "shop" })],
    ["nobody's, for want of a selector,", budget(undefined)],
    [
      "by an expression other pods'",
      budget({ matchExpressions: [{ key: "version", operator: "NotIn", values: ["v1"] }] }),
    ],
  ] as const)
    it(`does not take ${what} budget for its own`, async () =>
      assert.equal((await guarded(service(), deployment(), other)).violations.length, 1));

  for (const [what, selector] of [
    ["an empty selector, which matches all", {}],
    ["an expression", { matchExpressions: [{ key: "version", operator: "In", values: ["v1", "v2"] }] }],
  ] as const)
    it(`takes a budget by ${what}`, async () =>
      assert.deepEqual((await guarded(service(), deployment(), budget(selector))).violations, []));

  it("goes by the autoscaler's least number where there is one", async () => {
    const bare = without(deployment(), "spec.replicas");
    assert.equal((await guarded(service(), bare, autoscaler("nginx-v1", 2))).violations.length, 1);
    assert.deepEqual((await guarded(service(), bare, autoscaler("nginx-v1"))).violations, []);
    assert.deepEqual((await guarded(service(), bare, autoscaler("nginx-v2", 2))).violations, []);
  });

  it("leaves a single pod alone, pods that no Service leads to, and other kinds", async () => {
    assert.deepEqual((await guarded(service(), deployment({ replicas: 1 }))).violations, []);
    assert.deepEqual((await guarded(deployment())).violations, []);
    const daemons = object("apps/v1", "DaemonSet", {}, { spec: { template: template() } });
    assert.deepEqual((await guarded(service(), daemons)).violations, []);
  });

  it("says one Deployment's violation once, however many Services lead to it", async () =>
    assert.equal((await guarded(service(), service({ name: "other" }), deployment())).violations.length, 1));

  it("refuses nothing while a budget's selector is unknown, and says so", async () => {
    const findings = await guarded(service(), deployment(), budget({ matchLabels: { app: unknown } }));
    assert.deepEqual(findings.violations, []);
    assert.match(findings.unknown[0] ?? "", /matchLabels\.app can't be known/);
  });

  for (const [what, other] of [
    ["Deployment's labels are", deployment({ name: "new", labels: { app: unknown } })],
    ["Service's selector is", service({ name: "new", selector: { app: unknown } })],
  ] as const)
    it(`checks the others where one ${what} unknown, and says so`, async () => {
      const findings = await guarded(other, service(), deployment());
      assert.equal(findings.violations.length, 1);
      assert.match(findings.unknown[0] ?? "", /app can't be known/);
    });

  it("is off until a pack config sets its level", () =>
    assert.equal(disruptionBudgetRequired.enforcementLevel, "disabled"));
});
