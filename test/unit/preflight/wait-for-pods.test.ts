import assert from "node:assert/strict";
import { waitForPods } from "../../../preflight/wait-for-pods";
import type { Manifest } from "../../../render/manifest";
import { manifest } from "../support/manifests";

const reference = { apiVersion: "apps/v1", kind: "Deployment", namespace: "demo", name: "shop-green" };
const deployment = (available: number, fields: object = {}): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "shop-green", namespace: "demo", generation: 1 },
  spec: { replicas: 2, selector: { matchLabels: { app: "shop" } } },
  status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: available, ...fields },
});

describe("waitForPods", () => {
  const reports: string[] = [];
  const context = { report: (text: string) => reports.push(text), signal: new AbortController().signal };
  const answering = (states: (Manifest | undefined)[], pods: Manifest[] = []) => ({
    get: () => Promise.resolve(states.length > 1 ? states.shift() : states[0]),
    listIn: (namespace: string, { kind }: { kind: string }, labels: object) => {
      assert.deepEqual([namespace, kind, labels], ["demo", "Pod", { app: "shop" }]);
      return Promise.resolve(pods);
    },
  });

  it("waits until the pods are ready, and says for what", async () => {
    await waitForPods(answering([deployment(1), deployment(2)]), reference, context);
    assert.deepEqual(reports, ["waiting for Deployment demo/shop-green: 1 of 2 pods are ready"]);
  });

  it("fails where the Deployment is gone", async () => {
    await assert.rejects(waitForPods(answering([undefined]), reference, context), /does not become ready: it is gone/);
  });

  it("fails with what the pods say where waiting can't help", async () => {
    const conditions = [{ type: "Progressing", reason: "ProgressDeadlineExceeded", message: "timed out" }];
    const waiting = { reason: "ImagePullBackOff", message: "no such image" };
    const lastState = { terminated: { exitCode: 1, reason: "Error" } };
    const pods = [
      manifest("Pod", "a", { status: { containerStatuses: [{ name: "shop", state: { waiting }, lastState }] } }),
      manifest("Pod", "b", { status: { conditions: [{ type: "PodScheduled", status: "False", message: "no CPU" }] } }),
    ];
    await assert.rejects(waitForPods(answering([deployment(0, { conditions })], pods), reference, context), {
      message: [
        "Deployment demo/shop-green does not become ready: its rollout does not progress: timed out",
        "  pod a, container shop: ImagePullBackOff no such image, last exit 1 (Error)",
        "  pod b has no node: no CPU",
      ].join("\n"),
    });
  });
});
