import assert from "node:assert/strict";
import fc from "fast-check";
import { parseStackConfig } from "../../../config";
import { ConfigError } from "../../../config/problems";
import { layOut } from "../../../rollout/layout";
import { asTexts, smallStack } from "../support/stacks";

const rolloutOf = (rollout: object) => parseStackConfig(smallStack({ "sluice:rollout": rollout })).rollout;

describe("a stack's rollout settings", () => {
  it("have defaults", () =>
    assert.deepEqual(rolloutOf({ stepWeight: 20 }), {
      driver: "sluice",
      interval: 60_000,
      stepWeight: 20,
      maxWeight: 100,
      threshold: 1,
      inconclusiveLimit: 10,
      progressDeadline: 600_000,
      metrics: ["request-success-rate", "request-duration"].map((name) => ({
        name,
        compare: { maxRatio: 1.5, confidence: 0.99 },
        source: "controller",
      })),
      standIns: [{ name: "request-success-rate", thresholdRange: { min: 99 } }],
      webhooks: [],
      alerts: [],
    }));

  const limited = [{ name: "request-success-rate", thresholdRange: { min: 99 } }];
  const match = { headerMatch: { name: "Trial" } };
  for (const [what, rollout] of [
    ["of Flagger's", { driver: "flagger", stepWeight: 20, prometheus: { url: "http://prometheus:9090" } }],
    ["without weights", { match, iterations: 3 }],
  ] as const)
    it(`ask for a success rate by default in rollouts ${what}`, () => {
      const { "sluice:canary": _, "sluice:canaryWeight": __, ...config } = smallStack({ "sluice:rollout": rollout });
      const { metrics, standIns } = parseStackConfig(config).rollout ?? {};
      assert.deepEqual([metrics, standIns], [limited, undefined]);
    });

  it("have nothing stand in for metrics that a stack names", () => {
    for (const metrics of [[], limited]) assert.equal(rolloutOf({ stepWeight: 20, metrics })?.standIns, undefined);
  });

  it("are nothing where a stack has none", () =>
    assert.equal("rollout" in parseStackConfig(smallStack()) && parseStackConfig(smallStack()).rollout, undefined));

  it("fill in a metric's, a webhook's and an alert's defaults", () => {
    const url = "https://example.com";
    const rollout = rolloutOf({
      stepWeight: 20,
      metrics: [{ name: "request-duration", thresholdRange: { max: "500" }, interval: "1m30s", compare: {} }],
      webhooks: [{ name: "gate", url }],
      alerts: [{ name: "team", type: "slack", urlVariable: "SLACK_URL" }],
      prometheus: { service: { namespace: "monitoring", name: "prometheus" } },
    });
    assert.deepEqual(rollout?.metrics, [
      {
        name: "request-duration",
        thresholdRange: { max: 500 },
        interval: 90_000,
        compare: { maxRatio: 1.5, confidence: 0.99 },
      },
    ]);
    assert.deepEqual(rollout?.webhooks, [{ name: "gate", url, type: "rollout", timeout: 10_000, retries: 0 }]);
    assert.deepEqual(rollout?.alerts, [{ name: "team", type: "slack", severity: "info", urlVariable: "SLACK_URL" }]);
    assert.equal(rollout?.prometheus?.service?.port, 9090);
  });

  it("read the same from the texts that Pulumi passes", () => {
    const rollout = {
      interval: "10s",
      steps: [
        { weight: "10", pause: "approval" },
        { weight: 50, checks: "3" },
      ],
    };
    const config = smallStack({ "sluice:rollout": rollout });
    assert.deepEqual(parseStackConfig(asTexts(config)), parseStackConfig(config));
  });
});

const maybe = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });
const weight = fc.integer({ min: -1, max: 101 });
const weights = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 5 }).chain((all) =>
  fc.constantFrom(
    all,
    [...all].sort((left, right) => left - right),
  ),
);

/** Settings of all kinds, of which most contradict themselves. */
const settings = fc
  .record({
    layout: fc.oneof(
      fc.record({ stepWeight: weight }),
      fc.record({ stepWeights: weights }),
      fc.record({
        steps: weights.map((all) =>
          all.map((one, index) => ({ weight: index % 3 === 2 ? undefined : one, checks: (one % 3) + 1 })),
        ),
      }),
      fc.record({ match: fc.constant({ cookieMatch: "trial" }), iterations: fc.integer({ min: 1, max: 5 }) }),
    ),
    maxWeight: maybe(fc.integer({ min: 1, max: 100 })),
    canaryReplicas: maybe(fc.integer({ min: 1, max: 4 })),
    maxReplicas: maybe(fc.integer({ min: 1, max: 9 })),
  })
  .map(({ layout, ...others }) => ({ ...layout, ...others }));

describe("whatever settings are accepted", () => {
  it("come to steps that never fall, never go above maxWeight, and have pods within maxReplicas", () => {
    let accepted = 0;
    fc.assert(
      fc.property(settings, (rollout) => {
        try {
          rolloutOf(rollout);
        } catch (error) {
          assert.ok(error instanceof ConfigError);
          return;
        }
        accepted += 1;
        const { steps, maxWeight } = layOut(parseStackConfig(smallStack({ "sluice:rollout": rollout })), "v2");
        assert.ok(steps.length > 0);
        assert.equal(maxWeight, rollout.maxWeight ?? 100);
        steps.forEach((step, index) => {
          assert.ok(step.weight >= (steps[index - 1]?.weight ?? 0), "the weight falls");
          assert.ok(step.weight <= maxWeight, "the weight is above maxWeight");
          assert.ok(step.checks >= 1);
          assert.ok((step.replicas ?? 1) >= 1 && (step.replicas ?? 1) <= (rollout.maxReplicas ?? Infinity));
        });
        if ("stepWeight" in rollout) assert.equal(steps.at(-1)?.weight, maxWeight);
        if ("stepWeights" in rollout)
          assert.deepEqual(
            steps.map((step) => step.weight),
            rollout.stepWeights,
          );
      }),
      { numRuns: 500 },
    );
    assert.ok(accepted > 50, `only ${accepted} were accepted`);
  });
});
