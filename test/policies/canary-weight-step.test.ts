import assert from "node:assert/strict";
import { canaryWeightStep } from "../../policies/canary-weight-step";
import type { TrafficPlan } from "../../traffic/plan";
import type { LastUpdate } from "../../traffic/previous-stable";
import { check } from "./support/check";
import { deployment, unknown } from "./support/objects";
import { blueGreenPlan, canaryPlan, release, replicaRatioPlan } from "./support/plans";

describe("canary-weight-step", () => {
  const step = (last: TrafficPlan | LastUpdate, plan: TrafficPlan, config = {}) =>
    check(canaryWeightStep, [release(plan, last)], config);

  for (const [what, last, plan] of [
    ["no change", canaryPlan("v1", "v2", 10), canaryPlan("v1", "v2", 10)],
    ["growth by exactly 50 points", canaryPlan("v1", "v2", 10), canaryPlan("v1", "v2", 60)],
    ["a fall of the canary, and stable's growth with it", canaryPlan("v1", "v2", 100), canaryPlan("v1", "v2", 0)],
    ["the end of a trial", canaryPlan("v1", "v2", 100), canaryPlan("v1")],
    ["a promotion from 50%", canaryPlan("v1", "v2", 50), canaryPlan("v2")],
    ["a promotion that turns the versions round", canaryPlan("v1", "v2", 60), canaryPlan("v2", "v1", 0)],
    ["another total for the same share", canaryPlan("v1", "v2", 10), canaryPlan("v1", "v2", 120, 200)],
    ["a first canary", canaryPlan("v1"), canaryPlan("v1", "v2", 50)],
    [
      "a way back to the version before the last promotion",
      { plan: canaryPlan("v2"), previousStable: "v1" },
      canaryPlan("v1"),
    ],
    ["the same by weight", { plan: canaryPlan("v2"), previousStable: "v1" }, canaryPlan("v2", "v1", 100)],
    ["the active color as stable", blueGreenPlan("green"), canaryPlan("v2")],
    ["a share of pods that grows on", replicaRatioPlan(1, 1), canaryPlan("v1", "v2", 100)],
  ] as const)
    it(`lets ${what} pass`, async () => assert.deepEqual((await step(last, plan)).violations, []));

  for (const [what, last, plan, message] of [
    [
      "growth by 51 points",
      canaryPlan("v1", "v2", 10),
      canaryPlan("v1", "v2", 61),
      /^v2 would get 61% of the requests after 10%.* at most 50 points: lower sluice:canaryWeight to at most 60\.$/,
    ],
    [
      "growth of a share of 200",
      canaryPlan("v1", "v2", 20, 200),
      canaryPlan("v1", "v2", 122, 200),
      /to at most 120\.$/,
    ],
    [
      "a promotion from 49%",
      canaryPlan("v1", "v2", 49),
      canaryPlan("v2"),
      /^v2 would get 100% .* after 49%.*let sluice:canary be v2 first, with sluice:canaryWeight at most 99 percent/,
    ],
    ["another version as stable", canaryPlan("v1", "v2", 90), canaryPlan("v3"), /^v3 would get 100% .* after 0%/],
    [
      "a promotion beside a new canary",
      canaryPlan("v1", "v2", 10),
      canaryPlan("v2", "v3", 10),
      /^v2 would get 90% .* after 10%/,
    ],
    ["the idle color as stable", blueGreenPlan("blue"), canaryPlan("v2"), /^v2 would get 100%/],
    [
      "a new version where another was before",
      { plan: canaryPlan("v2"), previousStable: "v1" },
      canaryPlan("v3"),
      /^v3/,
    ],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { violations } = await step(last, plan);
      assert.equal(violations.length, 1);
      assert.match(violations[0] ?? "", message);
    });

  it("takes its points from the config", async () => {
    const [last, plan] = [canaryPlan("v1", "v2", 10), canaryPlan("v1", "v2", 31)];
    assert.equal((await step(last, plan, { points: 20 })).violations.length, 1);
    assert.equal((await step(last, plan, { points: 21 })).violations.length, 0);
  });

  it("has nothing to decide before the first update, and says so", async () => {
    const findings = await check(canaryWeightStep, [release(canaryPlan("v1", "v2", 100))]);
    assert.deepEqual(findings.violations, []);
    assert.deepEqual(findings.notApplicable, ["there is no last update whose plan could be compared"]);
  });

  it("has nothing to decide under another strategy, and says so", async () => {
    const findings = await step(blueGreenPlan("blue"), blueGreenPlan("green"));
    assert.deepEqual([findings.violations, findings.notApplicable], [[], ["the plan's strategy is not canary"]]);
  });

  it("says that it could not be run where the plan is unknown", async () => {
    const findings = await check(canaryWeightStep, [
      { type: "sluice:release:Plan", name: "plan", props: { plan: unknown } },
    ]);
    assert.match(findings.unknown[0] ?? "", /value at \.plan can't be known/);
  });

  it("looks at no other resource", async () =>
    assert.deepEqual(await check(canaryWeightStep, [deployment()]), {
      violations: [],
      urns: [],
      unknown: [],
      notApplicable: [],
    }));
});
