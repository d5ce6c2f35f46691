import assert from "node:assert/strict";
import fc from "fast-check";
import { isMatched, isSelected } from "../../policies/support/labels";
import { objectOf, type SeenResource } from "../../policies/support/objects";
import { percentOf } from "../../policies/support/shares";
import { plainShares } from "../../traffic/shares";
import { blueGreenPlan, canaryPlan, replicaRatioPlan } from "./support/plans";

describe("percentOf", () => {
  const weight = fc
    .integer({ min: 100, max: 1000 })
    .chain((total) => fc.record({ total: fc.constant(total), weight: fc.integer({ min: 0, max: total }) }));
  const plans = fc.oneof(
    weight.map((drawn) => canaryPlan("v1", "v2", drawn.weight, drawn.total)),
    fc.constantFrom(canaryPlan("v1"), blueGreenPlan("blue"), blueGreenPlan("green")),
    fc
      .tuple(fc.integer({ min: 1, max: 20 }), fc.option(fc.nat(20), { nil: undefined }))
      .map(([stable, canary]) => replicaRatioPlan(stable, canary)),
  );

  it("agrees with the traffic model", () =>
    fc.assert(
      fc.property(plans, fc.constantFrom("v1", "v2", "v3"), (plan, version) =>
        assert.ok(Math.abs(percentOf(plan, version) - 100 * (plainShares(plan)[version] ?? 0)) < 1e-5),
      ),
    ));
});

describe("objectOf", () => {
  const resource = (type: string): SeenResource => ({ type, name: "nginx", urn: "", props: {} });

  for (const type of [
    "kubernetes:core/v1:Service",
    "kubernetes:networking.k8s.io/v1:Ingress",
    "kubernetes:autoscaling/v1:HorizontalPodAutoscaler",
  ])
    it(`knows ${type}`, () =>
      assert.equal(
        objectOf(resource(type), "Service", "Ingress", "HorizontalPodAutoscaler")?.kind,
        type.split(":")[2],
      ));

  for (const type of [
    "kubernetes:serving.knative.dev/v1:Service",
    "kubernetes:networking.internal.knative.dev/v1alpha1:Ingress",
    "kubernetes:core/v1:ServicePatch",
    "other:core/v1:Service",
    "sluice:router:ServiceRouter",
    "pulumi:pulumi:Stack",
  ])
    it(`takes ${type} for something else`, () =>
      assert.equal(objectOf(resource(type), "Service", "Ingress"), undefined));

  it("knows only the kinds asked for", () =>
    assert.equal(objectOf(resource("kubernetes:core/v1:Service"), "Ingress"), undefined));
});

describe("selectors", () => {
  const labels = { app: "nginx", version: "v1" };

  it("of a Service ask for all their labels, and an empty one for nothing", () => {
    assert.ok(isSelected(labels, { app: "nginx" }));
    assert.ok(!isSelected(labels, { app: "nginx", version: "v2" }));
    assert.ok(!isSelected(labels, {}));
  });

  for (const [expression, expected] of [
    [{ key: "version", operator: "In", values: ["v1"] }, true],
    [{ key: "version", operator: "In", values: ["v2"] }, false],
    [{ key: "track", operator: "In", values: ["stable"] }, false],
    [{ key: "version", operator: "NotIn", values: ["v1"] }, false],
    [{ key: "track", operator: "NotIn", values: ["stable"] }, true],
    [{ key: "app", operator: "Exists" }, true],
    [{ key: "track", operator: "Exists" }, false],
    [{ key: "track", operator: "DoesNotExist" }, true],
    [{ key: "app", operator: "DoesNotExist" }, false],
    [{ key: "app", operator: "Like" }, false],
  ] as const)
    it(`match ${JSON.stringify(expression)}: ${expected}`, () =>
      assert.equal(isMatched(labels, { matchExpressions: [expression] }), expected));

  it("match by labels and expressions together", () => {
    const matchExpressions = [{ key: "app", operator: "Exists" }];
    assert.ok(isMatched(labels, { matchLabels: { version: "v1" }, matchExpressions }));
    assert.ok(!isMatched(labels, { matchLabels: { version: "v2" }, matchExpressions }));
  });
});
