import assert from "node:assert/strict";
import { noProductionJump } from "../../policies/no-production-jump";
import type { TrafficPlan } from "../../traffic/plan";
import type { LastUpdate } from "../../traffic/previous-stable";
import { check } from "./support/check";
import { blueGreenPlan, canaryPlan, release, replicaRatioPlan } from "./support/plans";

describe("no-production-jump", () => {
  const jump = (last: TrafficPlan | LastUpdate, plan: TrafficPlan) => check(noProductionJump, [release(plan, last)]);

  for (const [what, last, plan] of [
    ["100% after 1%", canaryPlan("v1", "v2", 1), canaryPlan("v1", "v2", 100)],
    ["99% after none", canaryPlan("v1"), canaryPlan("v1", "v2", 99)],
    ["a promotion after 1%", canaryPlan("v1", "v2", 1), canaryPlan("v2")],
    ["stable's way back from none", canaryPlan("v1", "v2", 100), canaryPlan("v1", "v2", 0)],
    [
      "a way back to the version before the last promotion",
      { plan: canaryPlan("v2"), previousStable: "v1" },
      canaryPlan("v1"),
    ],
    ["the active color as stable", blueGreenPlan("green"), canaryPlan("v2")],
  ] as const)
    it(`lets ${what} pass`, async () => assert.deepEqual((await jump(last, plan)).violations, []));

  for (const [what, last, plan, version] of [
    ["100% by weight after none", canaryPlan("v1", "v2", 0), canaryPlan("v1", "v2", 100), "v2"],
    ["a promotion after rules alone", canaryPlan("v1", "v2", 0), canaryPlan("v2"), "v2"],
    ["another version as stable", canaryPlan("v1", "v2", 50), canaryPlan("v3"), "v3"],
    ["another version than the one before", { plan: canaryPlan("v2"), previousStable: "v1" }, canaryPlan("v3"), "v3"],
    ["a track that had no pods", replicaRatioPlan(3, 0), canaryPlan("v2"), "v2"],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { violations } = await jump(last, plan);
      assert.equal(violations.length, 1);
      assert.match(
        violations[0] ?? "",
        new RegExp(`^${version} would get 100% .* after 0%: .*sluice:canary ${version}`),
      );
    });

  it("leaves blue-green switches and replica ratios alone, and says so", async () => {
    for (const [last, plan] of [
      [blueGreenPlan("blue"), blueGreenPlan("green")],
      [replicaRatioPlan(3, 0), replicaRatioPlan(0, 3)],
    ] as const) {
      const findings = await jump(last, plan);
      assert.deepEqual([findings.violations, findings.notApplicable], [[], ["the plan's strategy is not canary"]]);
    }
  });

  it("has nothing to decide before the first update, and says so", async () =>
    assert.deepEqual((await check(noProductionJump, [release(canaryPlan("v1"))])).notApplicable, [
      "there is no last update whose plan could be compared",
    ]));

  it("is off until a pack config sets its level", () => assert.equal(noProductionJump.enforcementLevel, "disabled"));
});
