import assert from "node:assert/strict";
import { compareWith } from "../../../traffic/compare-update";
import { formerPlans } from "../../../traffic/former-plans";
import type { TrafficPlan } from "../../../traffic/plan";
import type { LastUpdate } from "../../../traffic/previous-stable";
import { blueGreenPlan, planWith, planWithoutCanary, replicaRatioPlan, wholeHost } from "../support/plans";

const versions = { v1: { digest: "a", images: ["nginx:1"] }, v2: { digest: "b", images: ["nginx:2"] } };
const other = { ...versions, v1: { digest: "c", images: ["nginx:3"] } };

describe("an update beside the last one", () => {
  for (const [kind, what, last, plan] of [
    ["same", "no change", planWith({ weight: 10 }), planWith({ weight: 10, header: undefined })],
    ["way back", "a lower weight", planWith({ weight: 10 }), planWith({ weight: 5 })],
    ["way back", "the end of a trial", planWith({ weight: 10 }), planWithoutCanary()],
    ["way back", "fewer pods on trial", replicaRatioPlan(), replicaRatioPlan({ canary: undefined })],
    ["release", "another host", planWithoutCanary(), planWithoutCanary({ routes: [{ ...wholeHost, host: "a.test" }] })],
    ["release", "a higher weight", planWith({ weight: 10 }), planWith({ weight: 15 })],
    ["release", "a first canary", planWithoutCanary(), planWith({ weight: 1 })],
    ["release", "a promotion", planWith({ weight: 10 }), planWithoutCanary({ stable: "v2" })],
    ["release", "a switch", blueGreenPlan(), blueGreenPlan({ activeColor: "green" })],
  ] as const)
    it(`is "${kind}" with ${what}`, () =>
      assert.equal(compareWith({ plan: last, versions }, plan, versions).kind, kind));

  it("is a way back to the version that users had before", () => {
    const back = (last: LastUpdate, plan: TrafficPlan) => compareWith({ versions, ...last }, plan, versions).kind;
    const promoted = { plan: planWithoutCanary({ stable: "v2" }), previousStable: "v1" };
    assert.equal(back(promoted, planWithoutCanary({ stable: "v1" })), "way back");
    assert.equal(back(promoted, planWithoutCanary({ stable: "v3" })), "release");
    assert.equal(back(promoted, planWith({ weight: 50 })), "release");
    const switched = { plan: blueGreenPlan({ activeColor: "green" }), previousStable: "v1" };
    assert.equal(back(switched, blueGreenPlan()), "way back");
  });

  it("is a release if a version changes under its users, whatever the plan does", () =>
    assert.equal(
      compareWith({ plan: planWith({ weight: 10 }), versions }, planWith({ weight: 5 }), other).kind,
      "release",
    ));

  it("names the versions that change, and tells no digest", () => {
    const compared = compareWith({ plan: planWith({ weight: 10 }), versions }, planWith({ weight: 10 }), other);
    assert.deepEqual(compared.changed, ["v1"]);
    assert.ok(!("versions" in compared));
  });
});

describe("the plans before", () => {
  const [one, two] = [planWith({ weight: 10 }), planWith({ weight: 20 })];
  const now = new Date("2026-11-29T10:00:00Z");

  it("get the last one when another takes its place", () => {
    assert.deepEqual(formerPlans(two, { plan: one }, now), [{ plan: one, until: "2026-11-29T10:00:00.000Z" }]);
    assert.deepEqual(formerPlans(one, { plan: one }, now), []);
    assert.deepEqual(formerPlans(one, undefined, now), []);
  });

  it("are as many as anybody looks back on", () => {
    let former = formerPlans(two, { plan: one }, now);
    for (let index = 0; index < 30; index++)
      former = formerPlans(planWith({ weight: index + 21 }), {
        plan: planWith({ weight: index + 20 }),
        formerPlans: former,
      });
    assert.equal(former.length, 10);
    assert.notDeepEqual(former[0]?.plan, one);
  });
});
