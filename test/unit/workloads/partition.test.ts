import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import type { ClusterObject } from "../../../kubernetes/cluster-object";
import { ConfigError } from "../../../config/problems";
import { findUnsettledPartitions } from "../../../preflight/partition";
import { evaluateProgram } from "../../../render/evaluate";
import { explainPlan } from "../../../traffic/explain";
import { newImage, readFixture } from "../../workloads/fixtures";
import { FakeObjects } from "../support/fake-objects";
import type { RawConfig } from "../support/stacks";

interface SetSpec {
  readonly replicas: number;
  readonly updateStrategy: object;
  readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
}

/** The StatefulSet that a stack of the fixture comes to. */
async function setOf(changes: RawConfig = {}): Promise<ClusterObject & { readonly spec: SetSpec }> {
  const { resources } = await evaluateProgram({ stack: "test", config: readFixture("stateful.yaml", changes) });
  const sets = resources.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet");
  assert.equal(sets.length, 1);
  return sets[0]?.inputs as unknown as ClusterObject & { spec: SetSpec };
}

const alone = { "sluice:canary": undefined };
const promoted = { ...alone, "sluice:stable": "v2", "sluice:versions": { v1: {}, v2: { image: newImage } } };
const withShare = (replicas: number) => ({ "sluice:versions": { v1: {}, v2: { image: newImage, replicas } } });

describe("a StatefulSet in two versions", () => {
  it("has the canary's pods from the highest ordinal down, and as many pods as ever", async () => {
    const shares = [];
    for (const changes of [alone, {}, withShare(2), promoted]) {
      const { spec } = await setOf(changes);
      shares.push([spec.replicas, spec.updateStrategy, spec.template.spec.containers[0]?.image]);
    }
    const rolling = (partition: number) => ({ type: "RollingUpdate", rollingUpdate: { partition } });
    assert.deepEqual(shares, [
      [3, rolling(0), "registry.example/store:1"],
      [3, rolling(2), newImage],
      [3, rolling(1), newImage],
      [3, rolling(0), newImage],
    ]);
  });

  it("is told by the pods' names", () => {
    const [first, second] = explainPlan(parseStackConfig(readFixture("stateful.yaml")).plan);
    assert.equal(first, "the Service's address: about 66.67% v1, 33.33% v2, as 1 of 3 pods are v2's");
    assert.equal(second, "store-2 is v2's, rolled one by one from the highest ordinal down");
  });

  it("is told that a pod which never becomes ready holds up the way back, where Kubernetes waits for each", () => {
    const stack = readFixture("stateful.yaml", withShare(2));
    const from = structuredClone(stack["sluice:from"]) as { objects: { spec: { podManagementPolicy?: string } }[] };
    delete from.objects[0]?.spec.podManagementPolicy;
    const lines = explainPlan(parseStackConfig({ ...stack, "sluice:from": from }).plan);
    assert.equal(lines[1], "store-1 to store-2 are v2's, rolled one by one from the highest ordinal down");
    assert.match(lines[2] ?? "", /blocks the rollback, too: delete it after that/);
  });

  describe("can begin", () => {
    const saidOf = async (changes: RawConfig, ...there: readonly ClusterObject[]) => {
      const manifests = [await setOf(changes)];
      const { problems = [] } = await findUnsettledPartitions({
        manifests,
        live: new FakeObjects(...there),
        isOwn: () => true,
      });
      return problems.map(({ key, value, allowed }) => `${key} ${String(value)} ${allowed}`);
    };
    const settled = { currentRevision: "a", updateRevision: "a" };
    const rolling = { currentRevision: "a", updateRevision: "b" };

    it("if all pods are stable's, and go on beside the same ones", async () => {
      assert.deepEqual(await saidOf({}, { ...(await setOf(alone)), status: settled }), []);
      assert.deepEqual(await saidOf(withShare(2), { ...(await setOf()), status: rolling }), []);
      assert.deepEqual(await saidOf(alone), []);
    });

    it("not before it is there, while its pods are being rolled, or beside another version's", async () => {
      assert.match(
        (await saidOf({})).join(),
        /^canary StatefulSet\/store must be left out until the StatefulSet exists/,
      );
      const stillRolling = { ...(await setOf(alone)), status: rolling };
      assert.match((await saidOf({}, stillRolling)).join(), /they are still being rolled$/);
      const other = { ...(await setOf(promoted)), status: settled };
      assert.match((await saidOf({}, other)).join(), /roll stable out to all pods first$/);
    });
  });

  for (const [title, changes, key, allowed] of [
    [
      "a weight",
      { "sluice:strategy": "canary", "sluice:host": "a.b" },
      "strategy",
      /must be replicaRatio for StatefulSet\/store/,
    ],
    [
      "a number of stable's pods",
      { "sluice:versions": { v1: { replicas: 2 }, v2: { image: newImage, replicas: 1 } } },
      "versions.v1.replicas",
      /3 pods are all stable's, except for the canary's/,
    ],
    ["all pods for the canary", withShare(3), "versions.v2.replicas", /must be less than 3/],
  ] as const)
    it(`is refused with ${title}`, () => {
      try {
        parseStackConfig(readFixture("stateful.yaml", changes));
        assert.fail();
      } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        assert.match(error.problems.find((one) => one.key === key)?.allowed ?? "", allowed);
      }
    });
});
