import assert from "node:assert/strict";
import { applyMergePatch } from "../../../routers/merge-patch";
import { ClusterError } from "../../../cluster/errors";
import { ownedFields, pulumisManager } from "../../../cluster/owned-fields";
import { sendPatch } from "../../../cluster/send-patch";
import type { Manifest, ObjectReference } from "../../../render/manifest";

const pulumi = "pulumi-kubernetes-6b3d7c1e";
const reference = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace: "demo", name: "shop-canary" };

/** As an API server has it: Pulumi's, with an annotation that `kubectl annotate` has added and the controller's status. */
const ingress: Manifest = {
  ...{ apiVersion: reference.apiVersion, kind: reference.kind },
  metadata: {
    name: "shop-canary",
    namespace: "demo",
    uid: "0b1f",
    resourceVersion: "812",
    labels: { app: "shop" },
    annotations: { canary: "true", "canary-weight": "10", "canary-by-header": "Region", note: "ours" },
    managedFields: [
      {
        manager: pulumi,
        operation: "Apply",
        fieldsV1: {
          "f:metadata": {
            "f:annotations": { "f:canary": {}, "f:canary-weight": {} },
            "f:labels": { "f:app": {} },
          },
          "f:spec": { "f:ingressClassName": {}, "f:rules": {} },
        },
      },
      {
        manager: "kubectl-annotate",
        operation: "Update",
        fieldsV1: { "f:metadata": { "f:annotations": { "f:note": {}, "f:canary-by-header": {} } } },
      },
      { manager: "nginx", operation: "Update", subresource: "status", fieldsV1: { "f:status": {} } },
    ],
  },
  spec: { ingressClassName: "nginx", rules: [{ host: "shop.test" }], defaulted: true },
  status: { loadBalancer: {} },
};

const applied = {
  ...{ apiVersion: reference.apiVersion, kind: reference.kind },
  metadata: {
    name: "shop-canary",
    namespace: "demo",
    labels: { app: "shop" },
    annotations: { canary: "true", "canary-weight": "10" },
  },
  spec: { ingressClassName: "nginx", rules: [{ host: "shop.test" }] },
};

describe("what Pulumi has applied of an object", () => {
  it("is what its field manager owns, and nothing that others have set", () => {
    assert.equal(pulumisManager(ingress), pulumi);
    assert.deepEqual(ownedFields(ingress, pulumi), applied);
  });

  it("is of a list the items that it has by their keys or values, with the fields that it has of each", () => {
    const fieldsV1 = {
      "f:spec": {
        "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:name": {}, "f:port": {} } },
        "f:finalizers": { 'v:"mine"': {} },
        "f:selector": { "f:app": {} },
      },
    };
    const ports = [
      { port: 81, protocol: "TCP", name: "other" },
      { port: 80, protocol: "TCP", name: "http", nodePort: 30080 },
      { port: 80, protocol: "UDP", name: "quic" },
    ];
    const service: Manifest = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "shop", managedFields: [{ manager: pulumi, operation: "Apply", fieldsV1 }] },
      spec: { ports, finalizers: ["theirs", "mine"], selector: { app: "shop", version: "v1" } },
    };
    assert.deepEqual(ownedFields(service, pulumi), {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "shop" },
      spec: { ports: [{ name: "http", port: 80 }], finalizers: ["mine"], selector: { app: "shop" } },
    });
  });

  it("is nothing but its name where another has applied it", () => {
    const { name, namespace, ...rest } = ingress.metadata;
    const theirs = { ...ingress, metadata: { name, namespace, ...rest, managedFields: [] } } as Manifest;
    assert.equal(pulumisManager(theirs), undefined);
    const { apiVersion, kind } = ingress;
    assert.deepEqual(ownedFields(theirs, pulumi), { apiVersion, kind, metadata: { name, namespace } });
  });
});

describe("a patch of an object", () => {
  const patch = { metadata: { annotations: { "canary-weight": "50", "canary-by-header": null } } };

  /** An API server with one object; what is applied takes the place of what Pulumi had. */
  function server(live: Manifest | undefined) {
    const sent: [string, unknown, string][] = [];
    return {
      sent,
      get: (asked: ObjectReference) => {
        assert.deepEqual(asked, reference);
        return Promise.resolve(live);
      },
      apply: (manifest: Manifest, { fieldManager }: { fieldManager: string }) => {
        sent.push(["apply", manifest, fieldManager]);
        return Promise.resolve(applyMergePatch(live, manifest) as Manifest);
      },
      merge: (_: ObjectReference, body: object, { fieldManager }: { fieldManager: string }) => {
        sent.push(["merge", body, fieldManager]);
        return Promise.resolve(applyMergePatch(live, body) as Manifest);
      },
    };
  }

  it("is applied with all that Pulumi has applied, as Pulumi's manager, and takes out what a hand has added", async () => {
    const api = server(ingress);
    assert.equal(await sendPatch(api, { ...reference, patch }), true);
    const { metadata } = applied;
    const annotations = { canary: "true", "canary-weight": "50" };
    assert.deepEqual(api.sent, [
      ["apply", { ...applied, metadata: { ...metadata, annotations } }, pulumi],
      ["merge", { metadata: { annotations: { "canary-by-header": null } } }, pulumi],
    ]);
  });

  it("is sent once where an apply takes all out", async () => {
    const api = server(ingress);
    await sendPatch(api, { ...reference, patch: { metadata: { annotations: { other: null, "canary-weight": "0" } } } });
    assert.deepEqual(
      api.sent.map(([how]) => how),
      ["apply"],
    );
  });

  it("is sent as it is where Pulumi has not applied the object", async () => {
    const api = server({ ...ingress, metadata: { ...ingress.metadata, managedFields: [] } });
    assert.equal(await sendPatch(api, { ...reference, patch }), true);
    assert.deepEqual(api.sent, [["merge", patch, "sluice"]]);
  });

  it("is not sent where the object is as it wants it: no webhook could then refuse it", async () => {
    const api = server(ingress);
    const annotations = { "canary-weight": "10", absent: null };
    assert.equal(await sendPatch(api, { ...reference, patch: { metadata: { annotations } } }), true);
    assert.deepEqual(api.sent, []);
  });

  it("changes nothing where the object is not there", async () => {
    const api = server(undefined);
    assert.equal(await sendPatch(api, { ...reference, patch }), false);
    assert.deepEqual(api.sent, []);
  });

  it("counts only for the object as it was read, where it is asked whether it may be sent: else it is asked again", async () => {
    const api = server(ingress);
    const [said, { apply }] = [[] as string[], api];
    const demand = () => Promise.resolve(void said.push("asked"));
    let refusals = 1;
    const conflict = new ClusterError("conflict", "somebody else has changed it");
    api.apply = (...args) => (refusals-- > 0 ? Promise.reject(conflict) : apply(...args));
    assert.equal(await sendPatch(api, { ...reference, patch }, demand), true);
    assert.deepEqual(said, ["asked", "asked"]);
    assert.deepEqual(
      api.sent.map(([, body]) => (body as Manifest).metadata["resourceVersion"]),
      ["812", "812"],
    );
  });

  it("is not sent where it must not be", async () => {
    const api = server(ingress);
    const refuse = () => Promise.reject(new Error("aborted"));
    await assert.rejects(sendPatch(api, { ...reference, patch }, refuse), /^Error: aborted$/);
    assert.deepEqual(api.sent, []);
  });

  it("replaces lists and values, merges maps, and takes out what is null (RFC 7386)", () => {
    const target = { a: [{ b: "c" }], d: { e: 1, f: 2 }, g: "h" };
    assert.deepEqual(applyMergePatch(target, { a: [1], d: { e: null, i: { j: null, k: 3 } }, g: { l: 4 } }), {
      a: [1],
      d: { f: 2, i: { k: 3 } },
      g: { l: 4 },
    });
  });
});
