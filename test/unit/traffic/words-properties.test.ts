import assert from "node:assert/strict";
import fc from "fast-check";
import { parseStackConfig } from "../../../config";
import { explainPlan, explainShares, summarizePlan, warningsOf } from "../../../traffic/explain";
import { routeRequest } from "../../../traffic/model";
import { isUnreachable, type CanaryPlan, type ReplicaRatioPlan, type TrafficPlan } from "../../../traffic/plan";
import { samplesOf } from "../../../traffic/samples";
import { plainShares } from "../../../traffic/shares";
import { blueGreenPlans, canaryPlans, configOf, plansWithRequests } from "../support/arbitraries";
import { replicaRatioPlan } from "../support/plans";
import { asTexts, smallStack } from "../support/stacks";

const replicaRatioPlans: fc.Arbitrary<ReplicaRatioPlan> = fc
  .tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 1000 }))
  .map(([stable, canary]) =>
    replicaRatioPlan({ stable: { version: "v1", replicas: stable }, canary: { version: "v2", replicas: canary } }),
  );
const anyPlan: fc.Arbitrary<TrafficPlan> = fc.oneof(canaryPlans(), blueGreenPlans, replicaRatioPlans);

/** True where a text names a version as a word of its own. */
function names(text: string, version: string): boolean {
  return text.split(/[^-\w]+/).includes(version);
}

describe("a plan in words, whatever the plan", () => {
  it("names every version that has a share of the plain requests", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        for (const text of [explainPlan(plan).join("\n"), summarizePlan(plan)])
          for (const version of Object.keys(plainShares(plan))) assert.ok(names(text, version), text);
      }),
    );
  });

  it("names every version that serves anybody who was not served before", () => {
    fc.assert(
      fc.property(plansWithRequests({ affinity: false }), ([plan, request]) => {
        const text = explainPlan(plan).join("\n");
        for (const version of Object.keys(routeRequest(plan, request).shares)) assert.ok(names(text, version), text);
      }),
    );
  });

  it("shows every address and every rule's name and value", () => {
    fc.assert(
      fc.property(canaryPlans(), (plan) => {
        const text = explainPlan(plan).join("\n");
        for (const { host, path } of plan.routes) assert.ok(text.includes(`http://${host}${path}`), text);
        const { header, cookie } = plan.canary ?? {};
        for (const part of [header?.name, header?.value, header?.pattern, cookie])
          if (part !== undefined) assert.ok(text.includes(part), text);
      }),
    );
  });

  it("is one line each, the summary one line in all", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        assert.ok([...explainPlan(plan), summarizePlan(plan)].every((line) => line !== "" && !line.includes("\n")));
      }),
    );
  });

  it("warns exactly where a canary can't be reached, behind everything else", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const warnings = warningsOf(plan);
        assert.equal(warnings.length, isUnreachable(plan) ? 1 : 0);
        assert.deepEqual(explainPlan(plan).slice(explainPlan(plan).length - warnings.length), warnings);
      }),
    );
  });

  it("shows the plain split as it is", () => {
    fc.assert(
      fc.property(canaryPlans(), (plan) =>
        assert.ok(explainPlan(plan)[0]?.endsWith(`: ${explainShares(plainShares(plan))}`)),
      ),
    );
  });
});

describe("samplesOf, whatever the plan", () => {
  it("shows requests that are served as the sample says", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        for (const { request, shares } of samplesOf(plan)) assert.deepEqual(routeRequest(plan, request).shares, shares);
      }),
    );
  });

  it("begins with what no rule decides, and shows by the rest one version each", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const [plain, ...rules] = samplesOf(plan);
        assert.deepEqual([plain?.isPlain, plain?.shares], [true, plainShares(plan)]);
        for (const { isPlain, shares } of rules) assert.deepEqual([isPlain, Object.values(shares)], [false, [1]]);
      }),
    );
  });

  it("shows every rule of a canary", () => {
    fc.assert(
      fc.property(canaryPlans(), (plan) => {
        const rules = samplesOf(plan).map(({ rule }) => rule);
        const { header, cookie } = plan.canary ?? {};
        if (header)
          assert.ok(
            rules.some((rule) => rule.startsWith(`header ${header.name} `)),
            rules.join(),
          );
        if (cookie !== undefined) assert.ok(rules.includes(`cookie ${cookie} = always`));
      }),
    );
  });
});

describe("a canary's plan, whatever it is", () => {
  it("is what the stack's keys come to that say it, also as texts", () => {
    fc.assert(
      fc.property(canaryPlans(), (plan) => {
        const versions = { [plan.stable]: { image: "nginx:1" }, [plan.canary?.version ?? ""]: { image: "nginx:2" } };
        const config = smallStack({ "sluice:versions": versions, ...configOf(plan) });
        const parsed = parseStackConfig(config).plan as CanaryPlan;
        assert.deepEqual(parseStackConfig(asTexts(config)).plan, parsed);
        const keys = parsed.affinity?.keys ?? {};
        assert.deepEqual(parsed, plan.affinity ? { ...plan, affinity: { ...plan.affinity, keys } } : plan);
        assert.deepEqual(Object.keys(keys), plan.affinity ? Object.keys(versions) : []);
      }),
    );
  });
});
