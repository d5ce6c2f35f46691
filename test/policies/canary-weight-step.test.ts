import assert from "node:assert/strict";
import { canaryWeightStep } from "../../policies/canary-weight-step";
import type { Comparison } from "../../traffic/compare-update";
import type { CanaryTrial, TrafficPlan } from "../../traffic/plan";
import { check } from "./support/check";
import { deployment, unknown } from "./support/objects";
import { blueGreenPlan, canaryPlan, release, replicaRatioPlan } from "./support/plans";

describe("canary-weight-step", () => {
  const step = (last: TrafficPlan | Partial<Comparison>, plan: TrafficPlan, config = {}) =>
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

  it("leaves blue-green switches to another policy, and says so", async () => {
    const findings = await step(blueGreenPlan("blue"), blueGreenPlan("green"));
    assert.deepEqual(
      [findings.violations, findings.notApplicable],
      [[], ["a blue-green plan has no shares that could grow"]],
    );
  });

  it("counts pods as shares", async () => {
    const pods = async (canary: number) => (await step(replicaRatioPlan(4), replicaRatioPlan(4, canary))).violations;
    assert.deepEqual(await pods(4), []);
    assert.match((await pods(5))[0] ?? "", /^v2 would get 55\.\d+% .*: give v2 at most 50% of the pods/);
  });

  describe("weighs rules", () => {
    const ruled = (rule: Partial<CanaryTrial>, weight = 0) => {
      const plan = canaryPlan("v1", "v2", weight);
      return { ...plan, canary: { ...plan.canary, ...rule } as CanaryTrial };
    };
    const refused = async (rule: Partial<CanaryTrial>, config = {}) =>
      (await step(canaryPlan("v1", "v2", 0), ruled(rule), config)).violations.join();

    for (const rule of [
      { header: { name: "User-Agent", pattern: "." } },
      { header: { name: "accept-language", value: "de" } },
      { header: { name: "Sec-Fetch-Mode", pattern: "" } },
      { clients: ["0.0.0.0/0"] },
      { clients: ["10.0.0.0/8", "::/0"] },
    ])
      it(`which everybody may match, ${JSON.stringify(rule)}, as everybody`, async () =>
        assert.match(await refused(rule), /^v2 would get 100% .*: ".*" counts for 100%: remove the rule, or say how/));

    for (const rule of [
      { header: { name: "X-Canary" } },
      { header: { name: "Region", pattern: "shenzhen" } },
      { cookie: "beta" },
      { clients: ["10.0.0.0/8"] },
    ])
      it(`for testers, ${JSON.stringify(rule)}, as nobody by default`, async () =>
        assert.equal(await refused(rule), ""));

    it("which the application may match with anybody, as the pack config says", async () => {
      const undeclaredRulePercent = 100;
      assert.match(await refused({ cookie: "beta" }, { undeclaredRulePercent }), /"cookie beta" counts for 100%/);
      assert.match(
        await refused({ header: { name: "Region", pattern: "shenzhen" } }, { undeclaredRulePercent }),
        /"header Region ~ shenzhen" counts for 100%/,
      );
      assert.equal(await refused({ header: { name: "X-Canary" } }, { undeclaredRulePercent }), "");
      const rules = [{ rule: "cookie beta", percent: 5 }];
      assert.equal(await refused({ cookie: "beta" }, { undeclaredRulePercent, rules }), "");
    });

    it("once, and a share of the others", async () => {
      const config = { rules: [{ rule: "cookie beta", percent: 40 }], points: 50 };
      const [before, after] = [ruled({ cookie: "beta" }, 0), ruled({ cookie: "beta" }, 100)];
      assert.match((await step(before, after, config)).violations[0] ?? "", /^v2 would get 100% .* after 40%/);
      assert.deepEqual((await step(before, ruled({ cookie: "beta" }, 50), config)).violations, []);
    });
  });

  it("counts mirrored requests, which are no step to real ones", async () => {
    const mirrored = (mirrorPercent: number, weight = 0) => {
      const plan = canaryPlan("v1", "v2", weight);
      return { ...plan, canary: { ...plan.canary, mirrorPercent } as CanaryTrial };
    };
    const { violations } = await step(mirrored(10), mirrored(70));
    assert.match(violations[0] ?? "", /^v2 would get copies of 70% .* after 10%.*mirrorPercent to at most 60\.$/);
    assert.deepEqual((await step(mirrored(10), mirrored(60))).violations, []);
    assert.equal((await step(mirrored(100), mirrored(100, 60))).violations.length, 1);
  });

  describe("takes steps without a round of checks between them for one", () => {
    const [none, some, more] = [canaryPlan("v1"), canaryPlan("v1", "v2", 20), canaryPlan("v1", "v2", 40)];
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const config = { points: 20, minutes: 5 };
    const after = (minutes: number) =>
      step({ plan: some, formerPlans: [{ plan: none, until: ago(minutes) }] }, more, config);

    it("so that a second one at once is too much", async () =>
      assert.match(
        (await after(1)).violations[0] ?? "",
        /^v2 would get 40% of the requests after 0% 5 minutes ago, with no round of checks in between/,
      ));

    it("and lets it pass later", async () => assert.deepEqual((await after(6)).violations, []));

    it("however many there were", async () => {
      const formerPlans = [none, some, more].map((plan, index) => ({ plan, until: ago(20 - index) }));
      const { violations } = await step(
        { plan: canaryPlan("v1", "v2", 60), formerPlans },
        canaryPlan("v1", "v2", 80),
        config,
      );
      assert.deepEqual(violations, []);
      const soon = [none, some, more].map((plan, index) => ({ plan, until: ago(4 - index) }));
      const last = { plan: canaryPlan("v1", "v2", 60), formerPlans: soon };
      assert.match((await step(last, canaryPlan("v1", "v2", 80), config)).violations[0] ?? "", /80% .* after 0%/);
    });

    it("but never keeps users from going back", async () => {
      const last = { plan: more, formerPlans: [{ plan: some, until: ago(0) }] };
      assert.deepEqual((await step(last, none, config)).violations, []);
    });
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
