import assert from "node:assert/strict";
import { canaryWeightInRange } from "../../policies/canary-weight-in-range";
import { check } from "./support/check";
import { annotate, canaryIngress, deployment, ingress, unknown } from "./support/objects";

describe("canary-weight-in-range", () => {
  const weigh = async (annotations: Record<string, string>, config = {}) =>
    (await check(canaryWeightInRange, [canaryIngress({ annotations })], config)).violations;

  for (const annotations of <Record<string, string>[]>[
    { "canary-weight": "0" },
    { "canary-weight": "100" },
    { "canary-weight": "150", "canary-weight-total": "200" },
  ])
    it(`lets ${JSON.stringify(annotations)} pass`, async () => assert.deepEqual(await weigh(annotations), []));

  for (const [annotations, expected] of [
    [
      { "canary-weight": "101" },
      /canary-weight is "101", and must be a whole number from 0 to 100: change sluice:canaryWeight/,
    ],
    [{ "canary-weight": "10.5" }, /canary-weight is "10\.5"/],
    [{ "canary-weight": "-1" }, /canary-weight is "-1"/],
    [{ "canary-weight": "" }, /canary-weight is ""/],
    [{ "canary-weight": "201", "canary-weight-total": "200" }, /from 0 to 200/],
    [
      { "canary-weight-total": "50" },
      /canary-weight-total is "50", and the controller would take 100.*sluice:weightTotal/,
    ],
    [{ "canary-weight-total": "many" }, /canary-weight-total is "many"/],
  ] as const)
    it(`refuses ${JSON.stringify(annotations)}`, async () => {
      const violations = await weigh(annotations);
      assert.equal(violations.length, 1);
      assert.match(violations[0] ?? "", expected);
      assert.match(violations[0] ?? "", /^Ingress demo\/nginx-canary/);
    });

  it("takes a canary without a weight for 0", async () => {
    const bare = ingress({ annotations: annotate({ canary: "true" }) });
    assert.deepEqual((await check(canaryWeightInRange, [bare])).violations, []);
  });

  it("holds the share, not the number, against maximumPercent", async () => {
    const config = { maximumPercent: 30 };
    assert.deepEqual(await weigh({ "canary-weight": "60", "canary-weight-total": "200" }, config), []);
    const [message] = await weigh({ "canary-weight": "61", "canary-weight-total": "200" }, config);
    assert.match(message ?? "", /61 of 200, and at most 30% is allowed: lower sluice:canaryWeight to at most 60\./);
  });

  it("refuses canary annotations that the controller ignores for want of canary: true", async () => {
    for (const canary of <Record<string, string>[]>[{}, { canary: "false" }, { canary: "yes" }]) {
      const stray = ingress({ annotations: annotate({ ...canary, "canary-weight": "10" }) });
      const [message] = (await check(canaryWeightInRange, [stray])).violations;
      assert.match(message ?? "", /canary-weight without nginx\.ingress\.kubernetes\.io\/canary: "true"/);
    }
  });

  it("leaves an Ingress alone that is no canary, and other kinds", async () => {
    const { violations } = await check(canaryWeightInRange, [ingress(), ingress({ annotations: {} }), deployment()]);
    assert.deepEqual(violations, []);
  });

  it("says that it could not be run where the weight is unknown", async () => {
    const findings = await check(canaryWeightInRange, [canaryIngress({ annotations: { "canary-weight": unknown } })]);
    assert.deepEqual(findings.violations, []);
    assert.match(findings.unknown[0] ?? "", /can't run policy 'canary-weight-in-range'.*canary-weight can't be known/);
  });
});
