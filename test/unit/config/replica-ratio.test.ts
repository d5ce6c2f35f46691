import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { warningsOf } from "../../../traffic/explain";
import type { ReplicaRatioPlan } from "../../../traffic/plan";
import { asTexts, refuseEach, replicaRatioStack } from "../support/stacks";

const v1 = { image: "nginx:1", replicas: 3 };
const v2 = { image: "nginx:2", replicas: 1 };
const autoscaling = { minReplicas: 1, maxReplicas: 5 };

describe("a stack that splits by replicas", () => {
  it("comes to a plan of two tracks behind a Service, without saying so", () => {
    const { plan, ingressController } = parseStackConfig(
      replicaRatioStack({ "sluice:service": { nodePort: "30080" } }),
    );
    assert.deepEqual(plan, {
      strategy: "replicaRatio",
      router: "service",
      stable: { version: "v1", replicas: 3 },
      canary: { version: "v2", replicas: 1 },
      nodePort: 30080,
    });
    assert.equal(ingressController, undefined);
  });

  it("reads replicas the same from texts, also inside the versions", () => {
    const texts = { v1: { ...v1, replicas: "3" }, v2: { ...v2, replicas: "1" } };
    for (const config of [asTexts(replicaRatioStack()), replicaRatioStack({ "sluice:versions": texts })])
      assert.deepEqual(parseStackConfig(config), parseStackConfig(replicaRatioStack()));
  });

  it("counts one pod where a version names no number", () => {
    const versions = { v1: { image: "nginx:1" }, v2: { image: "nginx:2" } };
    const plan = parseStackConfig(replicaRatioStack({ "sluice:versions": versions })).plan as ReplicaRatioPlan;
    assert.deepEqual([plan.stable.replicas, plan.canary?.replicas], [1, 1]);
  });

  it("may have a canary without pods, with a warning, and no canary at all", () => {
    const { plan } = parseStackConfig(replicaRatioStack({ "sluice:versions": { v1, v2: { ...v2, replicas: 0 } } }));
    assert.deepEqual(warningsOf(plan), ["warning: nobody can reach v2: it has 0 replicas"]);
    assert.equal("canary" in parseStackConfig(replicaRatioStack({ "sluice:canary": undefined })).plan, false);
  });

  it("leaves an autoscaler to a version that takes no part", () => {
    const v3 = { image: "nginx:3", autoscaling };
    assert.doesNotThrow(() => parseStackConfig(replicaRatioStack({ "sluice:versions": { v1, v2, v3 } })));
  });
});

describe("a stack that splits by replicas refuses", () => {
  const moves = /no meaning under strategy replicaRatio \(an autoscaler would move the share\): set replicas instead/;
  const scaled = (version: object) => ({ ...version, replicas: undefined, autoscaling });
  const shown = { ...autoscaling, cpuPercent: 70 };
  refuseEach(replicaRatioStack, [
    ["an autoscaler of stable", { "sluice:versions": { v1: scaled(v1), v2 } }, "versions.v1.autoscaling", shown, moves],
    [
      "an autoscaler of the canary",
      { "sluice:versions": { v1, v2: scaled(v2) } },
      "versions.v2.autoscaling",
      shown,
      moves,
    ],
    [
      "no pod behind stable",
      { "sluice:versions": { v1: { ...v1, replicas: 0 }, v2 } },
      "versions.v1.replicas",
      0,
      /must be at least 1: .*nobody would be served once the canary goes/,
    ],
    ["a stable that is no version", { "sluice:stable": "v9" }, "stable", "v9", /one of the versions: v1, v2/],
    ["a canary that is no version", { "sluice:canary": "v9" }, "canary", "v9", /one of the versions: v1, v2/],
    ["a canary that is stable", { "sluice:canary": "v1" }, "canary", "v1", /another version than stable/],
    [
      "a node port outside the range",
      { "sluice:service": { nodePort: 8080 } },
      "service.nodePort",
      8080,
      /from 30000 to 32767/,
    ],
  ]);
});
