import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { explainPlan, warningsOf } from "../../../traffic/explain";
import { canaryPlanOf, onlyProblemOf, refuseEach, smallStack } from "../support/stacks";

function trialOf(changes: Record<string, unknown>) {
  return canaryPlanOf(smallStack(changes)).canary ?? assert.fail("no canary");
}

describe("canaryWeight and weightTotal", () => {
  it("are a percentage where no total is set", () => {
    const { weight, weightTotal } = trialOf({ "sluice:canaryWeight": 10 });
    assert.deepEqual([weight, weightTotal], [10, 100]);
  });

  it("are parts of the total that is set, also as texts", () => {
    for (const [weight, total] of [
      [5, 1000],
      ["5", "1000"],
    ]) {
      const trial = trialOf({ "sluice:canaryWeight": weight, "sluice:weightTotal": total });
      assert.deepEqual([trial.weight, trial.weightTotal], [5, 1000]);
    }
  });

  it("may be as large as the total, and the total 100 or a million", () => {
    for (const total of [100, 1_000_000]) {
      const trial = trialOf({ "sluice:canaryWeight": total, "sluice:weightTotal": total });
      assert.deepEqual([trial.weight, trial.weightTotal], [total, total]);
    }
  });

  it("are 0 of 100 where nothing is set, with a warning that nobody can reach the canary", () => {
    const { plan } = parseStackConfig(smallStack({ "sluice:canaryWeight": undefined }));
    assert.deepEqual(explainPlan(plan), [
      "http://www.test.com/: 100% v1",
      "warning: nobody can reach v2: its weight is 0 and there is no rule",
    ]);
  });

  it("are 0 without a warning where a rule leads to the canary", () => {
    for (const rule of [{ "sluice:cookieMatch": "trial" }, { "sluice:headerMatch": { name: "Region" } }])
      assert.deepEqual(warningsOf(parseStackConfig(smallStack({ "sluice:canaryWeight": 0, ...rule })).plan), []);
  });
});

describe("canaryWeight and weightTotal refuse", () => {
  const least = /whole number from 100 to 1000000: ingress-nginx ignores less than 100 in silence/;
  refuseEach(smallStack, [
    [
      "150 where no total is set",
      { "sluice:canaryWeight": 150 },
      "canaryWeight",
      150,
      /whole number from 0 to 100 \(percent of requests\)$/,
    ],
    [
      "more than the total",
      { "sluice:canaryWeight": 201, "sluice:weightTotal": 200 },
      "canaryWeight",
      201,
      /whole number from 0 to 200, which sluice:weightTotal says$/,
    ],
    ["a total below 100", { "sluice:weightTotal": 99 }, "weightTotal", 99, least],
    ["a total that is not whole", { "sluice:weightTotal": 100.5 }, "weightTotal", 100.5, least],
    ["a total that is no number", { "sluice:weightTotal": "many" }, "weightTotal", "many", least],
    ["a total in other digits", { "sluice:weightTotal": "1e3" }, "weightTotal", "1e3", least],
  ]);

  it("each bad text as it stands, also where both are texts", () => {
    const changes = { "sluice:canaryWeight": "201", "sluice:weightTotal": "200" };
    assert.deepEqual(onlyProblemOf(smallStack(changes)).key, "canaryWeight");
  });

  it("a total without a canary", () => {
    const changes = { "sluice:canary": undefined, "sluice:canaryWeight": undefined, "sluice:weightTotal": 200 };
    const { key, allowed } = onlyProblemOf(smallStack(changes));
    assert.equal(key, "weightTotal");
    assert.match(allowed, /no meaning without sluice:canary/);
  });
});
