import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { followCreated, refuseTakeover } from "../../../engine/takeover";
import { keyOf, keyOfManifest } from "../../../render/manifest";
import { manifest } from "../support/manifests";

const event = (op: string, type: string, inputs: object): EngineEvent =>
  ({
    sequence: 0,
    timestamp: 0,
    resourcePreEvent: { metadata: { op, type, new: { inputs } } },
  }) as unknown as EngineEvent;

describe("what an update would create", () => {
  it("is told by its events, in the namespace that it is applied to", () => {
    const { objects, onEvent } = followCreated();
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "shop" } };
    onEvent(event("create", "kubernetes:core/v1:Service", service));
    onEvent(event("create", "random:index/randomPassword:RandomPassword", { length: 8 }));
    onEvent(event("create", "kubernetes:helm.sh/v4:Chart", { chart: "metallb" }));
    onEvent(event("update", "kubernetes:core/v1:Service", service));
    onEvent(event("same", "kubernetes:core/v1:Service", service));
    assert.deepEqual(objects, [{ ...service, metadata: { name: "shop", namespace: "default" } }]);
  });

  const there = [manifest("Service", "shop"), manifest("Namespace", "demo")];
  const api = {
    get: (reference: Parameters<typeof keyOf>[0]) =>
      Promise.resolve(there.find((one) => keyOfManifest(one) === keyOf(reference))),
  };

  it("is refused by name if it is there already", async () => {
    await assert.rejects(
      refuseTakeover(api, [manifest("Service", "shop"), manifest("Service", "other")]),
      /^UserError: Service shop: already in the cluster, and not made by this stack\. .* or pass --adopt to take them over$/,
    );
  });

  it("may pass if it is not", () => refuseTakeover(api, [manifest("Service", "other")]));

  it("may be put into a namespace that is there already", () => refuseTakeover(api, [manifest("Namespace", "demo")]));
});
