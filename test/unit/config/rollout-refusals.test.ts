import {
  blueGreenStack,
  refuseEach,
  replicaRatioStack,
  smallStack,
  type BadValue,
  type RawConfig,
} from "../support/stacks";

/** A case of a rollout setting, whose key is named below `rollout`. */
function bad(title: string, rollout: object, key: string, value: unknown, allowed: RegExp): BadValue {
  return [title, { "sluice:rollout": rollout }, key === "" ? "rollout" : `rollout.${key}`, value, allowed];
}

const trial = { cookieMatch: "trial" };

describe("a rollout's layout is refused with", () => {
  const range = /whole number from 1 to 100 \(percent of requests\)/;
  const rising = /list of weights from 1 to 100, each greater than the one before/;
  refuseEach(smallStack, [
    bad("no steps at all", {}, "stepWeight", undefined, /must be set, or stepWeights, steps, or match with iterations/),
    bad("a step weight of 0", { stepWeight: 0 }, "stepWeight", 0, range),
    bad("a step weight above 100", { stepWeight: 101 }, "stepWeight", 101, range),
    bad("part of a percent", { stepWeight: 2.5 }, "stepWeight", 2.5, range),
    bad("no weights", { stepWeights: [] }, "stepWeights", [], rising),
    bad("weights that stand still", { stepWeights: [10, 10] }, "stepWeights", [10, 10], rising),
    bad("weights that fall", { stepWeights: [20, 10] }, "stepWeights", [20, 10], rising),
    bad("no steps by hand", { steps: [] }, "steps", [], /at least one step/),
    bad(
      "steps that fall",
      { steps: [{ weight: 9 }, {}, { weight: 8 }] },
      "steps",
      [{ weight: 9 }, {}, { weight: 8 }],
      /never fall/,
    ),
    bad("a step's weight of 101", { steps: [{ weight: 101 }] }, "steps.0.weight", 101, /from 0 to 100/),
    bad(
      "a step without a round",
      { steps: [{ checks: 0 }] },
      "steps.0.checks",
      0,
      /from 1 to 1000 \(rounds of checks\)/,
    ),
    bad(
      "a pause for nobody knows what",
      { steps: [{ pause: "lunch" }] },
      "steps.0.pause",
      "lunch",
      /approval, or a duration from 1s to 24h/,
    ),
    bad("a step without pods", { steps: [{ replicas: 0 }] }, "steps.0.replicas", 0, /from 1 to 1000 \(pods\)/),
    bad(
      "weights above the highest",
      { stepWeights: [10, 60], maxWeight: 50 },
      "stepWeights",
      60,
      /not go above rollout.maxWeight, which is 50/,
    ),
    bad(
      "steps above the highest",
      { steps: [{ weight: 60 }], maxWeight: 50 },
      "steps",
      60,
      /not go above rollout.maxWeight/,
    ),
    bad(
      "two layouts",
      { stepWeight: 10, stepWeights: [10] },
      "stepWeights",
      [10],
      /not stand beside rollout.stepWeight/,
    ),
    bad(
      "a layout beside iterations",
      { stepWeight: 10, iterations: 3, match: trial },
      "iterations",
      3,
      /not stand beside rollout.stepWeight: it is for A\/B tests/,
    ),
    bad("iterations for nobody", { iterations: 3 }, "iterations", 3, /beside rollout.match under strategy canary/),
    bad("an A/B test without rounds", { match: trial }, "match", trial, /beside rollout.iterations/),
    bad("an A/B test of nobody", { match: {}, iterations: 1 }, "match", {}, /headerMatch, cookieMatch or both/),
    bad(
      "an A/B test among users whom no request of Sluice's own can stand for",
      { match: { headerMatch: { name: "X-User", pattern: "^(?=.*beta)(?=.*eu).*$" } }, iterations: 5 },
      "match.headerMatch.pattern",
      "^(?=.*beta)(?=.*eu).*$",
      /must be a pattern to which Sluice can make a value/,
    ),
    bad("iterations of 0", { match: trial, iterations: 0 }, "iterations", 0, /from 1 to 1000/),
  ]);
});

describe("a rollout's pods are refused with", () => {
  refuseEach(smallStack, [
    bad(
      "pods said twice",
      { steps: [{ weight: 5, replicas: 1 }], canaryReplicas: 3 },
      "canaryReplicas",
      3,
      /not stand beside replicas of single steps/,
    ),
  ]);
});

describe("a rollout under another strategy is refused with", () => {
  const rolloutOf = (rollout: object): RawConfig => ({ "sluice:rollout": rollout });
  refuseEach(blueGreenStack, [
    ["no rounds", rolloutOf({}), "rollout.iterations", undefined, /must be set under strategy blueGreen/],
    ...(["stepWeight", "stepWeights", "steps", "match", "canaryReplicas"] as const).map((key): BadValue => {
      const value = { stepWeight: 5, stepWeights: [5], steps: [{ weight: 5 }], match: trial, canaryReplicas: 1 }[key];
      return [
        key,
        rolloutOf({ iterations: 1, [key]: value }),
        `rollout.${key}`,
        value,
        /no meaning under strategy blueGreen, which switches all/,
      ];
    }),
  ]);
  const steps = [{ replicas: 1 }];
  const byPods = (changes: object) => rolloutOf({ steps, metrics: [], ...changes });
  const numbers = /no meaning under strategy replicaRatio, whose steps are numbers of pods/;
  const counted = /must be metrics with query, web or job under strategy replicaRatio, or \[\] for none/;
  refuseEach(replicaRatioStack, [
    ["no steps", rolloutOf({ metrics: [] }), "rollout.steps", undefined, /must be set under strategy replicaRatio/],
    ["a weight", byPods({ steps: [{ replicas: 1, weight: 5 }] }), "rollout.steps.0.weight", 5, numbers],
    ["a step without pods", byPods({ steps: [{ checks: 2 }] }), "rollout.steps.0.replicas", undefined, /at least 1/],
    [
      "fewer pods than before",
      byPods({ steps: [{ replicas: 2 }, { replicas: 1 }] }),
      "rollout.steps.1.replicas",
      1,
      /must be at least 2: each step has as many pods/,
    ],
    ["a bake", byPods({ bake: "60s" }), "rollout.bake", "60s", /whose promotion updates the predecessor's pods/],
    ["no metrics named", rolloutOf({ steps }), "rollout.metrics", undefined, counted],
    [
      "a metric that nobody counts",
      byPods({ metrics: [{ name: "request-success-rate", thresholdRange: { min: 99 } }] }),
      "rollout.metrics.0",
      { name: "request-success-rate", thresholdRange: { min: 99 } },
      counted,
    ],
    ...Object.entries({
      stepWeight: 5,
      stepWeights: [5],
      match: trial,
      iterations: 1,
      maxWeight: 9,
    }).map(([key, value]): BadValue => [key, byPods({ [key]: value }), `rollout.${key}`, value, numbers]),
  ]);
});
