import assert from "node:assert/strict";
import { affinityAnnotations, canaryAnnotations } from "../../../routers/ingress/annotations";
import type { Affinity, CanaryTrial } from "../../../traffic/plan";
import { planWith } from "../support/plans";

const prefix = "nginx.ingress.kubernetes.io";

function annotationsOf(trial: Partial<CanaryTrial>, affinity?: Affinity): Record<string, string> {
  const plan = planWith(trial, affinity && { affinity });
  return canaryAnnotations(plan, plan.canary ?? assert.fail());
}

describe("canaryAnnotations", () => {
  const sticky: Affinity = { cookie: "Stay", behavior: "sticky", keys: {} };

  it("always says the weight, 0 included, as text", () => {
    assert.deepEqual(annotationsOf({ weight: 0 }), { [`${prefix}/canary`]: "true", [`${prefix}/canary-weight`]: "0" });
  });

  it("says a header by value, by pattern, or by its name alone", () => {
    const headerOf = (header: { name: string; value?: string; pattern?: string }) => {
      const all = annotationsOf({ weight: 10, header });
      const { [`${prefix}/canary`]: _, [`${prefix}/canary-weight`]: __, ...rest } = all;
      return rest;
    };
    const name = { [`${prefix}/canary-by-header`]: "Region" };
    assert.deepEqual(headerOf({ name: "Region" }), name);
    assert.deepEqual(headerOf({ name: "Region", value: "a" }), { ...name, [`${prefix}/canary-by-header-value`]: "a" });
    assert.deepEqual(headerOf({ name: "Region", pattern: "^a" }), {
      ...name,
      [`${prefix}/canary-by-header-pattern`]: "^a",
    });
  });

  it("says the cookie", () => {
    assert.equal(annotationsOf({ cookie: "trial" })[`${prefix}/canary-by-cookie`], "trial");
  });

  it("says the total only where it is not the controller's own 100", () => {
    const totalOf = (weightTotal: number) => annotationsOf({ weightTotal })[`${prefix}/canary-weight-total`];
    assert.deepEqual([100, 101, 1000].map(totalOf), [undefined, "101", "1000"]);
  });

  it("says on the canary what affinity does to it, and all else of it on the mainline", () => {
    const behaviorOf = (trial: Partial<CanaryTrial>, affinity: Affinity) =>
      annotationsOf(trial, affinity)[`${prefix}/affinity-canary-behavior`];
    assert.equal(behaviorOf({ weight: 1 }, sticky), "sticky");
    assert.equal(behaviorOf({ weight: 1 }, { ...sticky, behavior: "legacy" }), "legacy");
    assert.deepEqual(affinityAnnotations(planWith({}, { affinity: sticky })), {
      [`${prefix}/affinity`]: "cookie",
      [`${prefix}/session-cookie-name`]: "Stay",
    });
  });

  it("keeps a user with one version at all paths of a host", () => {
    const routes = ["/shop", "/cart"].map((path) => ({ host: "www.test.com", path, pathType: "Prefix" as const }));
    const said = affinityAnnotations({ ...planWith({}, { affinity: sticky }), routes });
    assert.equal(said[`${prefix}/session-cookie-path`], "/");
  });

  it("takes its users back where neither weight nor rule leads anybody to it", () => {
    const behaviors = [{ weight: 0 }, { cookie: "trial" }, { header: { name: "Region" } }].map(
      (trial) => annotationsOf(trial, sticky)[`${prefix}/affinity-canary-behavior`],
    );
    assert.deepEqual(behaviors, ["legacy", "sticky", "sticky"]);
  });
});
