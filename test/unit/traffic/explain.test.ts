import assert from "node:assert/strict";
import { explainPlan, explainShares, percent, summarizePlan, warningsOf } from "../../../traffic/explain";
import type { Affinity, CanaryTrial } from "../../../traffic/plan";
import { planWith, planWithoutCanary, wholeHost } from "../support/plans";

interface Wording {
  readonly title: string;
  readonly trial: Partial<CanaryTrial>;
  readonly explained: readonly string[];
  readonly summarized: string;
}

const wordings: Wording[] = [
  {
    title: "a weight",
    trial: { weight: 10 },
    explained: ["http://www.test.com/: 90% v1, 10% v2"],
    summarized: "90% v1, 10% v2",
  },
  {
    title: "the larger share first",
    trial: { weight: 60 },
    explained: ["http://www.test.com/: 60% v2, 40% v1"],
    summarized: "60% v2, 40% v1",
  },
  {
    title: "a header's value",
    trial: { weight: 10, header: { name: "Region", value: "shenzhen" } },
    explained: ["http://www.test.com/: 90% v1, 10% v2", "header Region = shenzhen → v2"],
    summarized: "90% v1, 10% v2; Region = shenzhen → v2",
  },
  {
    title: "a header's pattern and a cookie",
    trial: { weight: 10, header: { name: "Region", pattern: "shenzhen" }, cookie: "user_from_shenzhen" },
    explained: [
      "http://www.test.com/: 90% v1, 10% v2",
      "header Region ~ shenzhen → v2",
      "cookie user_from_shenzhen: always → v2, never → v1",
    ],
    summarized: "90% v1, 10% v2; Region ~ shenzhen → v2; cookie user_from_shenzhen=always → v2",
  },
  {
    title: "a header by always and never, at weight 0",
    trial: { header: { name: "X-Canary" } },
    explained: ["http://www.test.com/: 100% v1", "header X-Canary: always → v2, never → v1"],
    summarized: "100% v1; X-Canary=always → v2",
  },
  {
    title: "a cookie at weight 0",
    trial: { cookie: "trial" },
    explained: ["http://www.test.com/: 100% v1", "cookie trial: always → v2, never → v1"],
    summarized: "100% v1; cookie trial=always → v2",
  },
  {
    title: "a canary that nobody can reach",
    trial: {},
    explained: ["http://www.test.com/: 100% v1", "warning: nobody can reach v2: its weight is 0 and there is no rule"],
    summarized: "100% v1",
  },
  {
    title: "a canary that everybody gets",
    trial: { weight: 100 },
    explained: ["http://www.test.com/: 100% v2"],
    summarized: "100% v2",
  },
  {
    title: "a weight of a larger total",
    trial: { weight: 5, weightTotal: 1000 },
    explained: ["http://www.test.com/: 99.5% v1, 0.5% v2"],
    summarized: "99.5% v1, 0.5% v2",
  },
];

describe("explainPlan and summarizePlan", () => {
  for (const { title, trial, explained, summarized } of wordings)
    it(`word ${title}`, () => {
      assert.deepEqual(explainPlan(planWith(trial)), explained);
      assert.equal(summarizePlan(planWith(trial)), summarized);
    });

  it("say so where there is no canary", () => {
    assert.deepEqual(explainPlan(planWithoutCanary()), ["http://www.test.com/: 100% v1 (no canary)"]);
    assert.equal(summarizePlan(planWithoutCanary()), "100% v1");
  });

  it("say that an exact path stands for itself alone", () => {
    const routes = [{ host: "www.test.com", path: "/shop", pathType: "Exact" as const }];
    const [headline] = explainPlan(planWith({ weight: 10 }, { routes }));
    assert.equal(headline, "http://www.test.com/shop (this path alone): 90% v1, 10% v2");
  });

  it("name every address, by https where it is served by TLS", () => {
    const routes = [wholeHost, { ...wholeHost, host: "*.test.cn", tls: true }];
    const [headline] = explainPlan(planWith({ weight: 10 }, { routes }));
    assert.equal(headline, "http://www.test.com/, https://*.test.cn/: 90% v1, 10% v2");
  });
});

describe("explainPlan of affinity", () => {
  const affinity: Affinity = { cookie: "Stay", behavior: "sticky", keys: { v1: "a", v2: "b" } };
  const stays = "cookie Stay: users stay with the version that served them first, before any rule";
  const decided = `${stays}; but users of v2 are assigned again (legacy)`;

  it("says who stays, before the rules", () => {
    const [, ...lines] = explainPlan(planWith({ weight: 10, cookie: "trial" }, { affinity }));
    assert.deepEqual(lines, [stays, "cookie trial: always → v2, never → v1"]);
  });

  it("says who is decided anew", () => {
    const legacy: Affinity = { ...affinity, behavior: "legacy" };
    assert.deepEqual(explainPlan(planWith({ weight: 10 }, { affinity: legacy })).slice(1), [decided]);
    assert.deepEqual(explainPlan(planWithoutCanary({ affinity: legacy })).slice(1), [stays]);
  });

  it("says who is taken back where nobody is sent to the canary", () => {
    const [, line] = explainPlan(planWith({ weight: 0 }, { affinity }));
    assert.equal(line, `${stays}; but users of v2 get v1, as v2 gets no requests`);
  });
});

describe("warningsOf", () => {
  it("warns of a canary that neither weight nor rule leads to", () => {
    assert.deepEqual(warningsOf(planWith({})), ["warning: nobody can reach v2: its weight is 0 and there is no rule"]);
    assert.deepEqual(warningsOf(planWith({ weight: 1 })), []);
  });
});

describe("percent and explainShares", () => {
  it("round to two decimals and show no trailing zeros", () => {
    assert.equal(percent(0.1), "10%");
    assert.equal(percent(1 / 3), "33.33%");
    assert.equal(percent(1 - 0.93), "7%");
    assert.equal(explainShares({ v1: 1 - 0.29, v2: 0.29 }), "71% v1, 29% v2");
  });
});
