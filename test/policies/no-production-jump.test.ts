import assert from "node:assert/strict";
import { noProductionJump } from "../../policies/no-production-jump";
import type { Comparison } from "../../traffic/compare-update";
import type { TrafficPlan } from "../../traffic/plan";
import { check } from "./support/check";
import { blueGreenPlan, canaryPlan, release, replicaRatioPlan } from "./support/plans";

describe("no-production-jump", () => {
  const jump = (last: TrafficPlan | Partial<Comparison>, plan: TrafficPlan) =>
    check(noProductionJump, [release(plan, last)]);

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

  it("refuses all pods of another version after none", async () => {
    const plan = { ...replicaRatioPlan(3), stable: { version: "v2", replicas: 3 } };
    const { violations } = await jump(replicaRatioPlan(3, 0), plan);
    assert.match(violations[0] ?? "", /^v2 would get 100% .* after 0%: .*by some pods beside those of v1/);
  });

  it("refuses a rule that everybody matches", async () => {
    const plan = canaryPlan("v1", "v2", 0);
    const ruled = { ...plan, canary: { ...plan.canary, header: { name: "User-Agent", pattern: "." } } } as TrafficPlan;
    assert.match((await jump(plan, ruled)).violations[0] ?? "", /^v2 would get 100% .* after 0%/);
  });

  describe("looks at a blue-green switch", () => {
    const [blue, green] = [blueGreenPlan("blue"), blueGreenPlan("green")];
    const neverUp = /^v2 would get 100% of the requests, and was never up as it is: /;

    it("and lets it pass to a color that was up", async () =>
      assert.deepEqual((await jump(blue, green)).violations, []));

    for (const [what, last] of [
      ["was not there", { plan: { ...blue, colors: { blue: "v1" } } }],
      ["had another version", { plan: { ...blue, colors: { blue: "v1", green: "v3" } } }],
      ["had no pods", { plan: { ...blue, retireIdle: "scaleDown" } }],
      ["changes with the switch", { plan: blue, changed: ["v2"] }],
    ] as const)
      it(`and refuses one to a color that ${what}`, async () =>
        assert.match((await jump(last, green)).violations[0] ?? "", neverUp));

    it("and lets users go back to a color whose pods are gone", async () =>
      assert.deepEqual(
        (await jump({ plan: { ...blue, retireIdle: "remove" }, previousStable: "v2" }, green)).violations,
        [],
      ));
  });

  it("has nothing to decide before the first update, and says so", async () =>
    assert.deepEqual((await check(noProductionJump, [release(canaryPlan("v1"))])).notApplicable, [
      "there is no last update whose plan could be compared",
    ]));

  it("is off until a pack config sets its level", () => assert.equal(noProductionJump.enforcementLevel, "disabled"));
});
