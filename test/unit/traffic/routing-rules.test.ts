import assert from "node:assert/strict";
import { routingRules } from "../../../traffic/routing-rules";
import { blueGreenPlan, planWith, planWithoutCanary } from "../support/plans";

const only = (version: string) => [{ version, weight: 1 }];
const conditions = (...args: Parameters<typeof routingRules>) =>
  routingRules(...args).map(({ header, backends }) => [
    header ? `${header.name} ${header.value ?? "~"}` : "",
    ...backends.map(({ version, weight }) => `${version} ${weight}`),
  ]);

describe("routingRules", () => {
  it("has one rule for all where nobody is on trial", () => {
    assert.deepEqual(routingRules(planWithoutCanary()), [{ backends: only("v1") }]);
    assert.deepEqual(routingRules(blueGreenPlan({ activeColor: "green" })), [{ backends: only("v2") }]);
  });

  it("splits what no rule decides, without a part of nothing", () => {
    assert.deepEqual(routingRules(planWith({ weight: 10, weightTotal: 1000 })), [
      {
        backends: [
          { version: "v1", weight: 990 },
          { version: "v2", weight: 10 },
        ],
      },
    ]);
    assert.deepEqual(conditions(planWith({ weight: 0 })), [["", "v1 100"]]);
    assert.deepEqual(conditions(planWith({ weight: 100 })), [["", "v2 100"]]);
  });

  it("leads everybody to one version where stable and canary are the same, as in a promotion", () => {
    const plan = planWith({ version: "v1", weight: 40 });
    assert.deepEqual(routingRules(plan).at(-1), { backends: only("v1") });
  });

  it("asks affinity, header, cookie, client and weight in this order, the last rule without a condition", () => {
    const plan = planWith(
      { weight: 30, header: { name: "Region" }, cookie: "trial", clients: ["10.0.0.0/8", "192.168.0.58/32"] },
      { router: "istio", affinity: { cookie: "Stay", behavior: "sticky", keys: { v1: "v1", v2: "v2" } } },
    );
    assert.deepEqual(conditions(plan), [
      ["Cookie ~", "v1 1"],
      ["Cookie ~", "v2 1"],
      ["Region always", "v2 1"],
      ["Region never", "v1 1"],
      ["Cookie ~", "v2 1"],
      ["Cookie ~", "v1 1"],
      ["X-Forwarded-For ~", "v2 1"],
      ["X-Forwarded-For ~", "v2 1"],
      ["", "v1 70", "v2 30"],
    ]);
  });

  it("keeps nobody with a canary that nobody is sent to", () => {
    const affinity = { cookie: "Stay", behavior: "sticky", keys: { v1: "v1", v2: "v2" } } as const;
    assert.deepEqual(conditions(planWith({ weight: 0 }, { router: "istio", affinity })), [
      ["Cookie ~", "v1 1"],
      ["", "v1 100"],
    ]);
  });

  it("has no affinity between two that are the same version", () => {
    const affinity = { cookie: "Stay", behavior: "sticky", keys: { v1: "v1" } } as const;
    assert.equal(routingRules(planWith({ version: "v1" }, { affinity })).length, 1);
  });

  it("takes a version's name in the affinity's cookie for itself, not for an expression", () => {
    const affinity = { cookie: "Stay", behavior: "sticky", keys: { "v1.0": "v1.0", v2: "v2" } } as const;
    const [rule] = routingRules(planWith({}, { stable: "v1.0", affinity }));
    const pattern = new RegExp(`^(?:${rule?.header?.pattern})$`);
    assert.ok(pattern.test("Stay=v1.0"));
    assert.ok(!pattern.test("Stay=v1x0"));
  });

  it("finds a header's pattern anywhere in its value, its anchors and its case as they were", () => {
    const cases: [pattern: string, fitting: string[], others: string[]][] = [
      ["shen", ["shenzhen", "in shenzhen"], ["guangzhou", ""]],
      ["^shen", ["shenzhen"], ["in shenzhen"]],
      ["zhen$", ["shenzhen"], ["zhengzhou"]],
      ["a|b$", ["ac", "cb"], ["bc"]],
      ["(?i)^beijing", ["BeiJing now"], ["in BeiJing"]],
      ["\\d{3}", ["a123b"], ["12"]],
    ];
    for (const [pattern, fitting, others] of cases) {
      const [rule] = routingRules(planWith({ header: { name: "Region", pattern } }));
      const [, flag, rest] = /^(\(\?i\))?(.*)$/.exec(rule?.header?.pattern ?? "") ?? [];
      const whole = new RegExp(`^(?:${rest})$`, flag ? "i" : "");
      for (const value of fitting) assert.ok(whole.test(value), `${pattern} in ${value}`);
      for (const value of others) assert.ok(!whole.test(value), `${pattern} not in ${value}`);
    }
  });
});
