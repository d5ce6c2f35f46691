import assert from "node:assert/strict";
import { withdrawalOf, withdrawUsers } from "../../../cli/rollout/withdraw";
import { clusterApi } from "../../../cluster/api";
import { parseStackConfig } from "../../../config";
import { encrypted } from "../../../values/encrypted";
import { applyMergePatch } from "../../../routers/merge-patch";
import { partitioned } from "../../../workloads/partition";
import { newImage, readFixture } from "../../workloads/fixtures";
import { fakeApi } from "../support/fake-api";
import { replicaRatioStack, smallStack, type RawConfig } from "../support/stacks";

const back = (changes: RawConfig = {}) => {
  const versions = { v1: { image: "nginx:1", replicas: 3 }, v2: { image: "nginx:2", replicas: 0 } };
  return parseStackConfig(replicaRatioStack({ "sluice:versions": versions, ...changes }));
};
const set = (replicas: number, changes: object = {}) =>
  parseStackConfig(
    readFixture("stateful.yaml", { "sluice:versions": { v1: {}, v2: { image: newImage, replicas, ...changes } } }),
  );
const named = ({ patches, needsUpdate }: ReturnType<typeof withdrawalOf>) => ({
  patches: patches.map(({ kind, name }) => `${kind} ${name}`),
  needsUpdate,
});
const trying = { phase: "Progressing" } as const;
const promoting = { phase: "Promoting" } as const;

describe("the way back of a rollout", () => {
  it("is by the routes alone where they choose the version", () =>
    assert.deepEqual(named(withdrawalOf(parseStackConfig(smallStack()), promoting)).needsUpdate, false));

  it("under a replica ratio narrows the Service first, and then removes the canary's pods", () => {
    const { patches } = withdrawalOf(back(), trying);
    assert.deepEqual(named(withdrawalOf(back(), trying)), {
      patches: ["Service nginx", "Deployment nginx-canary"],
      needsUpdate: false,
    });
    assert.deepEqual(patches[0]?.patch, { spec: { selector: { app: "nginx", track: "stable" } } });
    assert.deepEqual(patches[1]?.patch, { spec: { replicas: 0 } });
    const worker = parseStackConfig(
      readFixture("worker.yaml", { "sluice:versions": { v1: {}, v2: { image: newImage, replicas: 0 } } }),
    );
    assert.deepEqual(named(withdrawalOf(worker, trying)).patches, [`Deployment ${worker.workload}-v2`]);
  });

  it("leaves it to an update of the stack once the promotion replaces stable's pods", () =>
    assert.deepEqual(named(withdrawalOf(back(), promoting)), { patches: [], needsUpdate: true }));

  it("gives a StatefulSet stable's template back, whether it has the canary's already or not", () => {
    const [tried, settled] = [set(2), set(0)];
    const objectOf = ({ application, plan, versions }: typeof tried) => {
      assert.ok(application && plan.strategy === "replicaRatio");
      return partitioned(application, plan, versions);
    };
    const withdrawal = withdrawalOf(settled, trying);
    assert.deepEqual(named(withdrawal), {
      patches: ["Service store", "Service store-peers", "StatefulSet store"],
      needsUpdate: false,
    });
    for (const config of [tried, settled])
      assert.deepEqual(applyMergePatch(objectOf(config), withdrawal.patches[2]?.patch), objectOf(settled));
    // All of its pods may be the canary's by now.
    assert.deepEqual(named(withdrawalOf(settled, promoting)), { patches: ["StatefulSet store"], needsUpdate: true });
  });

  it("leaves a template with secrets to an update of the stack, as the record has none", () => {
    const patch = { spec: { containers: [{ name: "store", env: [{ name: "A", value: encrypted }] }] } };
    const versions = { v1: { patch }, v2: { image: newImage, replicas: 0 } };
    const config = parseStackConfig(readFixture("stateful.yaml", { "sluice:versions": versions }));
    assert.deepEqual(named(withdrawalOf(config, trying)), {
      patches: ["Service store", "Service store-peers"],
      needsUpdate: true,
    });
  });

  describe("of a StatefulSet", () => {
    const fake = fakeApi();

    it("deletes a pod that never became ready, which would hold up all others", async () => {
      const labels = { app: "store", "sluice.dev/version": "v2" };
      const pod = (name: string, status: string, more: object = {}) =>
        fake().api.put(`pods/default/${name}`, {
          metadata: { labels, ...more },
          status: { conditions: [{ type: "Ready", status }] },
        });
      pod("store-1", "True");
      pod("store-2", "False");
      pod("store-3", "False", { deletionTimestamp: "2026-03-02T09:00:00Z" });
      await withdrawUsers(clusterApi(fake().cluster), set(0), { patches: [], needsUpdate: false });
      assert.deepEqual([...fake().api.objects.keys()], ["pods/default/store-1", "pods/default/store-3"]);
    });
  });
});
