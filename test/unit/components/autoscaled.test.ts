import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { evaluateProgram, type EvaluateOptions } from "../../../render/evaluate";
import { at, objectOf } from "../support/programs";
import { blueGreenStack, type RawConfig } from "../support/stacks";

const autoscaling = { minReplicas: 2, maxReplicas: 8 };
const config = blueGreenStack({
  "sluice:retireIdle": "scaleDown",
  "sluice:versions": { v1: { image: "nginx:1", autoscaling }, v2: { image: "nginx:2", autoscaling } },
});

/** The stack's Deployments as its last update left them, by version. */
function lastly(replicas: Readonly<Record<string, number>>): Pick<EvaluateOptions, "lastOutputs" | "lastResources"> {
  const states = Object.entries(replicas).map(([version, number]) => {
    const outputs = { metadata: { name: `nginx-${version}` }, spec: { replicas: number } };
    return [version, { type: "kubernetes:apps/v1:Deployment", outputs }] as const;
  });
  return { lastOutputs: { plan: parseStackConfig(config).plan }, lastResources: Object.fromEntries(states) };
}

/** The number that v1's Deployment is given, and whether the live one counts instead. */
async function numberOf(
  changes: RawConfig,
  last: Pick<EvaluateOptions, "lastOutputs" | "lastResources"> = {},
  live = 5,
): Promise<{ replicas: unknown; isKept: boolean; isForced?: boolean }> {
  const program = await evaluateProgram({
    stack: "test",
    config: { ...config, ...changes },
    ...last,
    stateOf: ({ id, inputs }) => (id === "demo/nginx-v2" ? { spec: { replicas: live } } : inputs),
  });
  const { inputs, ignored } = objectOf(program, "Deployment", "nginx-v1");
  const isForced = at(inputs, "metadata", "annotations", "pulumi.com/patchForce") === "true";
  return {
    replicas: at(inputs, "spec", "replicas"),
    isKept: ignored.includes("spec.replicas"),
    ...(isForced && { isForced }),
  };
}

describe("an autoscaled version", () => {
  it("begins with the least number of pods, and leaves the number to the autoscaler from then on", async () =>
    assert.deepEqual(await numberOf({}), { replicas: 2, isKept: true }));

  it("keeps the number that it has where it had replicas before", async () =>
    assert.equal((await numberOf({}, lastly({ v1: 10, v2: 0 }))).isKept, true));

  it("comes back from 0 with as many pods as serve now, which its autoscaler would not do", async () =>
    assert.deepEqual(await numberOf({}, lastly({ v1: 0, v2: 3 })), { replicas: 5, isKept: false }));

  it("begins with as many pods as serve now where it is new and takes all users at once", async () => {
    const active = { "sluice:activeColor": "blue", "sluice:retireIdle": "remove" };
    assert.equal((await numberOf(active, lastly({ v2: 3 }))).replicas, 5);
    const idle = { "sluice:activeColor": "green", "sluice:retireIdle": "keep" };
    assert.equal((await numberOf(idle, lastly({ v2: 3 }))).replicas, 2);
  });

  it("comes back within its bounds", async () => {
    assert.deepEqual(await numberOf({}, lastly({ v1: 0, v2: 3 }), 50), { replicas: 8, isKept: false });
    assert.deepEqual(await numberOf({}, lastly({ v1: 0, v2: 3 }), 1), { replicas: 2, isKept: false });
  });

  it("comes back with the least number where nothing else serves", async () =>
    assert.deepEqual(await numberOf({}, lastly({ v1: 0, v2: 0 })), { replicas: 2, isKept: false }));

  it("is scaled down to 0 by force, as its autoscaler has set the number last", async () =>
    assert.deepEqual(await numberOf({ "sluice:activeColor": "green" }, lastly({ v1: 4, v2: 0 })), {
      replicas: 0,
      isKept: false,
      isForced: true,
    }));
});
