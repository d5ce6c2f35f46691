import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { explainPlan, summarizePlan, warningsOf } from "../../../traffic/explain";
import { flaggerStack, problemsOf, refuseEach, type RawConfig } from "../support/stacks";

const prometheus = { service: { namespace: "monitoring", name: "prometheus" } };
const duration = { name: "request-duration", thresholdRange: { max: 500 } };
const hook = { name: "gate", type: "confirm-rollout", url: "https://gate.example.com" };
const alert = { name: "team", type: "slack", url: "https://hooks.example.com" };

const rollout = (changes: RawConfig): RawConfig => ({ "sluice:rollout": flaggerStack(changes)["sluice:rollout"] });
const weightless = { stepWeight: undefined };

describe("a stack whose rollouts Flagger drives", () => {
  it("is allowed with all that Flagger knows", () => {
    const config = parseStackConfig(
      flaggerStack({
        interval: "3s",
        threshold: 5,
        prometheus,
        metrics: [duration, { name: "queue", query: "sum(queue{app='{{ workload }}'})", thresholdRange: { max: 9 } }],
        webhooks: [hook],
        alerts: [alert],
        flagger: {},
      }),
      { name: "lab", charts: { flagger: "/charts/flagger" }, images: {}, client: [] },
    );
    assert.equal(config.rollout?.flagger?.chart, "/charts/flagger");
    const own = parseStackConfig(flaggerStack({ flagger: { chart: "./own" } }), {
      name: "lab",
      charts: { flagger: "/charts/flagger" },
      images: {},
      client: [],
    });
    assert.equal(own.rollout?.flagger?.chart, "./own");
  });

  it("says who moves the traffic, and how", () => {
    const { plan } = parseStackConfig(flaggerStack({ interval: "3s", stepWeight: 40, threshold: 5 }));
    assert.deepEqual(explainPlan(plan), [
      "http://www.test.com/: 100% v1, once Flagger has let it through",
      "Flagger moves the traffic: at a change v1 gets 40%, 80%, 100%, a step every 10s",
      "5 failed rounds of checks restore the previous version",
      "warning: sluice:rollout.interval is 3s, and Flagger raises it to 10s",
    ]);
    assert.equal(summarizePlan(plan), "100% v1, by Flagger");
    assert.deepEqual(warningsOf(plan), [explainPlan(plan)[3]]);
  });

  it("says whom an A/B test shows the version, and does not warn of an interval that Flagger keeps to", () => {
    const match = { headerMatch: { name: "Region", value: "shenzhen" }, cookieMatch: "trial" };
    const { plan } = parseStackConfig(flaggerStack({ ...weightless, interval: "30s", match, iterations: 10 }));
    assert.deepEqual(explainPlan(plan), [
      "http://www.test.com/: 100% v1, once Flagger has let it through",
      "Flagger moves the traffic: at a change v1 first gets header Region = shenzhen or cookie trial=always, for 10 rounds of checks, one every 30s",
      "one failed round of checks restores the previous version",
    ]);
  });

  it("may have weights one by one, up to less than all", () => {
    const { plan } = parseStackConfig(flaggerStack({ ...weightless, stepWeights: [1, 10, 50] }));
    assert.match(explainPlan(plan)[1] ?? "", /v1 gets 1%, 10%, 50%, a step every 10s$/);
  });

  describe("has no say in what Flagger does itself, or can't", () => {
    refuseEach(
      (changes) => flaggerStack({}, changes),
      [
        ["a canary", { "sluice:canary": "v2" }, "canary", "v2", /change sluice:stable/],
        [
          "steps by hand",
          rollout({ ...weightless, steps: [{ weight: 5 }] }),
          "rollout.steps",
          [{ weight: 5 }],
          /stepWeights/,
        ],
        ["a bake", rollout({ bake: "10m" }), "rollout.bake", "600s", /which ends a rollout with its promotion/],
        ["pods of a step", rollout({ canaryReplicas: 1 }), "rollout.canaryReplicas", 1, /as many pods as stable/],
        [
          "a limit of the undecided",
          rollout({ inconclusiveLimit: 3 }),
          "rollout.inconclusiveLimit",
          3,
          /counts .* as failed/,
        ],
        [
          "requests of its own",
          rollout({ prometheus, metrics: [{ ...duration, source: "probe" }] }),
          "rollout.metrics.0.source",
          "probe",
          /must be prometheus/,
        ],
        [
          "metrics without a place",
          rollout({ metrics: [duration] }),
          "rollout.prometheus",
          undefined,
          /metrics to \[\]$/,
        ],
        [
          "the metrics that a stack has by default, without a place",
          rollout({ metrics: undefined }),
          "rollout.prometheus",
          undefined,
          /request-success-rate/,
        ],
        [
          "a comparison",
          rollout({ prometheus, metrics: [{ ...duration, compare: {} }] }),
          "rollout.metrics.0.compare",
          { maxRatio: 1.5, confidence: 0.99 },
          /use thresholdRange/,
        ],
        [
          "a query about stable",
          rollout({ prometheus, metrics: [{ ...duration, name: "own", query: "errors{v='{{stable}}'}" }] }),
          "rollout.metrics.0.query",
          "errors{v='{{stable}}'}",
          /knows no versions/,
        ],
        [
          "a signed webhook",
          rollout({ webhooks: [{ ...hook, secretVariable: "KEY" }] }),
          "rollout.webhooks.0.secretVariable",
          "KEY",
          /signs nothing/,
        ],
        [
          "DingTalk",
          rollout({ alerts: [{ ...alert, type: "dingtalk" }] }),
          "rollout.alerts.0.type",
          "dingtalk",
          /slack or msteams, or a webhook of type event$/,
        ],
      ],
    );

    it("each rule by itself, with the key that says it", () => {
      const rules = { "sluice:headerMatch": { name: "Region" }, "sluice:cookieMatch": "trial", "sluice:canary": "v2" };
      const keys = problemsOf(flaggerStack({}, { ...rules, "sluice:canaryWeight": 5 })).map(({ key }) => key);
      assert.deepEqual(keys, ["canary", "canaryWeight", "headerMatch", "cookieMatch"]);
    });

    it("colors", () => {
      const colors = {
        "sluice:strategy": "blueGreen",
        "sluice:stable": undefined,
        "sluice:colors": { blue: "v1", green: "v2" },
        "sluice:activeColor": "blue",
      };
      const [problem] = problemsOf(flaggerStack({ ...weightless, iterations: 3 }, colors));
      assert.equal(problem?.key, "rollout.driver");
      assert.match(problem?.allowed ?? "", /must be sluice under strategy blueGreen/);
    });
  });
});
