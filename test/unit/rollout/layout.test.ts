import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { ConfigError } from "../../../config/problems";
import { checksumOf } from "../../../workloads/checksum";
import { layOut } from "../../../rollout/layout";
import { readFixture } from "../../workloads/fixtures";
import {
  blueGreenStack,
  flaggerStack,
  onlyProblemOf,
  replicaRatioStack,
  smallStack,
  type RawConfig,
} from "../support/stacks";

/** A rollout of v2 on a stack where v1 has three pods. */
function specOf(rollout: object | undefined, changes: RawConfig = {}, to = "v2") {
  const versions = { v1: { image: "nginx:1", replicas: 3 }, v2: { image: "nginx:2" }, v3: { image: "nginx:3" } };
  const stack = changes["sluice:strategy"] === "blueGreen" ? blueGreenStack : smallStack;
  return layOut(parseStackConfig(stack({ "sluice:versions": versions, "sluice:rollout": rollout, ...changes })), to);
}

const stepsOf = (rollout: object) => specOf(rollout).steps;
const weightsOf = (rollout: object) => stepsOf(rollout).map(({ weight }) => weight);
const blueGreen = { "sluice:strategy": "blueGreen" };

describe("a rollout's layout", () => {
  it("has the stack's settings, in milliseconds", () => {
    const settings = {
      interval: "20s",
      stepWeight: 50,
      maxWeight: 70,
      threshold: 3,
      inconclusiveLimit: 4,
      progressDeadline: "5m",
      bake: "10m",
    };
    const { checksum, ...spec } = specOf(settings);
    assert.match(checksum, /^[0-9a-f]{10}$/);
    assert.deepEqual(spec, {
      strategy: "canary",
      from: "v1",
      to: "v2",
      steps: [50, 70].map((weight) => ({ weight, rules: {}, checks: 1 })),
      maxWeight: 70,
      interval: 20_000,
      threshold: 3,
      inconclusiveLimit: 4,
      progressDeadline: 300_000,
      bake: 600_000,
      replicas: 3,
    });
  });

  it("goes up by stepWeight, and never steps over maxWeight", () => {
    assert.deepEqual(weightsOf({ stepWeight: 20 }), [20, 40, 60, 80, 100]);
    assert.deepEqual(weightsOf({ stepWeight: 30 }), [30, 60, 90, 100]);
    assert.deepEqual(weightsOf({ stepWeight: 20, maxWeight: 50 }), [20, 40, 50]);
    assert.deepEqual(weightsOf({ stepWeight: 60, maxWeight: 50 }), [50]);
    assert.deepEqual(weightsOf({ stepWeight: 100 }), [100]);
  });

  it("takes stepWeights as they are", () => assert.deepEqual(weightsOf({ stepWeights: [1, 5, "50"] }), [1, 5, 50]));

  it("has one step of an A/B test, with its rules and rounds", () => {
    const match = { headerMatch: { name: "Region", value: "x" }, cookieMatch: "trial" };
    assert.deepEqual(stepsOf({ match, iterations: 7, canaryReplicas: 2 }), [
      { weight: 0, rules: { header: match.headerMatch, cookie: "trial" }, checks: 7, replicas: 2 },
    ]);
  });

  it("takes weight and rules of a step by hand from the one before, and nothing else", () => {
    const steps = [
      { headerMatch: { name: "Region", value: "x" }, checks: 3, pause: "approval" },
      { weight: 10, replicas: 1, pause: "2m" },
      { cookieMatch: "trial" },
      { weight: 50, headerMatch: { name: "Region" } },
    ];
    const header = { name: "Region", value: "x" };
    const given = stepsOf({ steps }).map((step) => JSON.parse(JSON.stringify(step)) as unknown);
    assert.deepEqual(given, [
      { weight: 0, rules: { header }, checks: 3, pause: "approval" },
      { weight: 10, rules: { header }, checks: 1, pause: 120_000, replicas: 1 },
      { weight: 10, rules: { header, cookie: "trial" }, checks: 1 },
      { weight: 50, rules: { header: { name: "Region" }, cookie: "trial" }, checks: 1 },
    ]);
  });

  it("grows the canary's pods by canaryReplicas, up to maxReplicas", () => {
    const { steps, firstReplicas } = specOf({ stepWeight: 25, canaryReplicas: 2, maxReplicas: 5 });
    assert.deepEqual(
      steps.map(({ replicas }) => replicas),
      [2, 4, 5, 5],
    );
    assert.equal(firstReplicas, 2);
  });

  it("has one step on the idle color, whichever that is", () => {
    for (const [active, to, from, color] of [
      ["blue", "v2", "v1", "green"],
      ["green", "v1", "v2", "blue"],
    ] as const) {
      const spec = specOf({ iterations: 3 }, { ...blueGreen, "sluice:activeColor": active }, to);
      assert.deepEqual([spec.strategy, spec.from, spec.to, spec.color], ["blueGreen", from, to, color]);
      assert.deepEqual(spec.steps, [{ weight: 0, rules: {}, checks: 3 }]);
    }
  });

  describe("by pods", () => {
    const rollout = {
      steps: [
        { replicas: 1, pause: "approval" },
        { replicas: 3, checks: 2 },
      ],
      metrics: [],
    };
    const stepsWith = (...weights: readonly number[]) => [
      { weight: weights[0], rules: {}, checks: 1, replicas: 1, pause: "approval" },
      { weight: weights[1], rules: {}, checks: 2, replicas: 3 },
    ];

    it("has the canary's pods beside stable's, none before the first step, and stable's number in the end", () => {
      const stack = replicaRatioStack({ "sluice:rollout": rollout, "sluice:canary": undefined });
      const { steps, replicas, firstReplicas, maxWeight } = layOut(parseStackConfig(stack), "v2");
      assert.deepEqual(steps, stepsWith(25, 50));
      assert.deepEqual([replicas, firstReplicas, maxWeight], [3, 0, 50]);
    });

    it("shares out the pods that a StatefulSet has, and leaves it their number", () => {
      const steps = [{ replicas: 1 }, { replicas: 2 }];
      const stack = (changes: object) => readFixture("stateful.yaml", { "sluice:rollout": { ...rollout, ...changes } });
      const spec = layOut(parseStackConfig(stack({ steps })), "v2");
      assert.deepEqual([spec.steps.map(({ weight }) => weight), spec.replicas], [[33.3, 66.7], null]);
      const { key, allowed } = onlyProblemOf(stack({}));
      assert.equal(key, "rollout.steps.1.replicas");
      assert.match(allowed, /must be less than 3, the number of pods of StatefulSet\/store/);
    });
  });

  it("gives the version its own pods, else as many as the one from before has, else the default", () => {
    const podsWith = (v1: object, v2: object) =>
      specOf({ stepWeight: 50 }, { "sluice:versions": { v1: { image: "a", ...v1 }, v2: { image: "b", ...v2 } } })
        .replicas;
    assert.equal(podsWith({ replicas: 3 }, { replicas: 5 }), 5);
    assert.equal(podsWith({ replicas: 3 }, {}), 3);
    assert.equal(podsWith({}, {}), null);
    const retired = { "sluice:canaryWeight": undefined, "sluice:canary": undefined };
    const versions = { v1: { image: "a", replicas: 3 }, v2: { image: "b", replicas: 0 } };
    assert.equal(specOf({ stepWeight: 50 }, { ...retired, "sluice:versions": versions }).replicas, 3);
  });

  it("leaves an autoscaler its pods, and refuses pods beside it", () => {
    const v2 = { image: "b", autoscaling: { minReplicas: 1, maxReplicas: 5 } };
    const changes = { "sluice:versions": { v1: { image: "a", replicas: 3 }, v2 } };
    assert.equal("replicas" in specOf({ stepWeight: 50 }, changes), false);
    for (const [rollout, key, value] of [
      [{ stepWeight: 50, canaryReplicas: 2 }, "rollout.canaryReplicas", 2],
      [{ steps: [{ weight: 5 }, { weight: 9, replicas: 4 }] }, "rollout.steps", 4],
    ] as const)
      assert.throws(
        () => specOf(rollout, changes),
        (error) => {
          assert.ok(error instanceof ConfigError);
          const [problem] = error.problems;
          assert.deepEqual([problem?.key, problem?.value], [key, value]);
          assert.match(
            problem?.allowed ?? "",
            /no meaning for v2, whose autoscaler .*: remove it, or versions.v2.auto/,
          );
          return true;
        },
      );
  });

  it("leads to any version but the one that users have", () => {
    assert.equal(specOf({ stepWeight: 50 }, {}, "v3").to, "v3");
    assert.throws(
      () => specOf({ stepWeight: 50 }, {}, "v9"),
      /--to is "v9": it must be one of the versions: v1, v2, v3/,
    );
    assert.throws(() => specOf({ stepWeight: 50 }, {}, "v1"), /--to is "v1": it must be another version than the one/);
    assert.throws(() => specOf({ iterations: 1 }, blueGreen, "v1"), /must be another version/);
  });

  it("needs settings, and is no business of Sluice's where Flagger drives", () => {
    assert.throws(() => specOf(undefined), /sluice:rollout is missing: it must be set for sluice rollout/);
    assert.throws(
      () => layOut(parseStackConfig(flaggerStack()), "v2"),
      /sluice:rollout.driver is flagger: Flagger starts/,
    );
    assert.equal(onlyProblemOf(smallStack({ "sluice:rollout": {} })).key, "rollout.stepWeight");
  });
});

describe("the checksum of a version", () => {
  const version = (changes = {}) => {
    const versions = { v1: { image: "a" }, v2: { image: "b", ...changes } };
    return checksumOf(parseStackConfig(smallStack({ "sluice:versions": versions })).versions["v2"] ?? assert.fail());
  };

  it("is the same for whatever number of pods", () => assert.equal(version({ replicas: 7 }), version()));

  it("is the same in Pulumi's words: keys in another order, numbers in quotes", () => {
    const tcpSocket = { port: 8080 };
    const probe = (readiness: object) => version({ probes: { readiness } });
    assert.equal(probe({ tcpSocket, periodSeconds: 10 }), probe({ periodSeconds: "10", tcpSocket }));
    assert.notEqual(probe({ tcpSocket, periodSeconds: 10 }), probe({ tcpSocket, periodSeconds: 11 }));
  });

  it("is another one for whatever else it runs", () => {
    const all = [{ image: "c" }, { env: { A: "1" } }, { files: { "/a": "b" } }, { port: 81 }, { drainSeconds: 1 }];
    assert.equal(new Set([{}, ...all].map(version)).size, all.length + 1);
  });
});
