import assert from "node:assert/strict";
import { disownedPatch, promotionPatch } from "../../../cli/release/handed-back";
import { parseStackConfig } from "../../../config";
import type { VersionConfig } from "../../../config/versions";
import type { Manifest } from "../../../render/manifest";
import { applyMergePatch, mergePatchBetween } from "../../../routers/merge-patch";
import { liveShop, liveStack } from "../support/live-shop";

function patchFor(version: Partial<VersionConfig>, serving?: number, objects = liveShop()) {
  const { application } = parseStackConfig(liveStack({}, objects));
  const [live] = objects;
  assert.ok(application && live);
  return { live, patch: promotionPatch(application, version as VersionConfig, live, serving) };
}

describe("a live Deployment that is handed back", () => {
  it("gets the promoted image, and keeps everything else", () => {
    const { live, patch } = patchFor({ image: "registry.example/shop:2" }, 3);
    const before = live["spec"] as { template: { spec: { containers: object[] } } };
    const after = (applyMergePatch(live, patch) as Manifest)["spec"] as typeof before;
    assert.deepEqual(after, {
      ...before,
      template: {
        ...before.template,
        spec: {
          ...before.template.spec,
          containers: [{ ...before.template.spec.containers[0], image: "registry.example/shop:2" }],
        },
      },
    });
  });

  it("gets what a patch adds", () => {
    const { patch } = patchFor({ patch: { spec: { terminationGracePeriodSeconds: 60 } } });
    assert.deepEqual(patch, { spec: { template: { spec: { terminationGracePeriodSeconds: 60 } } } });
  });

  it("has no fewer pods than serve, unless an autoscaler counts them", () => {
    const sizeOf = (patch: object | undefined) => (patch as { spec: { replicas?: number } }).spec.replicas;
    assert.equal(sizeOf(patchFor({ image: "a:2" }, 5).patch), 5);
    assert.equal(sizeOf(patchFor({ image: "a:2" }, 2).patch), undefined);
    const autoscaler = {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "shop", namespace: "store" },
      spec: {
        minReplicas: 2,
        maxReplicas: 9,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "shop" },
      },
    };
    assert.equal(sizeOf(patchFor({ image: "a:2" }, 5, liveShop({ autoscaler })).patch), undefined);
  });

  it("is left alone once it runs what was promoted", () => {
    assert.equal(patchFor({ image: "registry.example/shop:1" }, 3).patch, undefined);
  });
});

describe("a live Service that is handed back", () => {
  const kubectl = { manager: "kubectl-client-side-apply", operation: "Update" };
  const pulumi = { manager: "pulumi-kubernetes-4d1f", operation: "Apply" };
  const serviceOf = (...managedFields: object[]): Manifest => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "shop", resourceVersion: "7", managedFields },
  });

  it("loses Pulumi's part in it, if nobody has changed it meanwhile", () => {
    assert.deepEqual(disownedPatch(serviceOf(kubectl, pulumi)), {
      metadata: {
        managedFields: [kubectl],
        annotations: { "pulumi.com/patchForce": null, "pulumi.com/skipAwait": null },
        resourceVersion: "7",
      },
    });
  });

  it("is left alone if Pulumi has none", () => {
    assert.equal(disownedPatch(serviceOf(kubectl)), undefined);
  });
});

describe("mergePatchBetween", () => {
  it("makes the one of the other, and is nothing for the same", () => {
    const [from, to] = [
      { a: 1, b: { c: [1], d: "x" }, e: { f: 1 } },
      { a: 1, b: { c: [2], g: {} }, h: { i: 1 } },
    ];
    const patch = mergePatchBetween(from, to);
    assert.deepEqual(patch, { b: { c: [2], d: null, g: {} }, e: null, h: { i: 1 } });
    assert.deepEqual(applyMergePatch(from, patch), to);
    assert.equal(mergePatchBetween(to, to), undefined);
  });
});
