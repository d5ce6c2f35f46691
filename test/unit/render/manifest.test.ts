import assert from "node:assert/strict";
import { describeObject, keyOf, referenceOf, withNamespace } from "../../../render/manifest";
import { manifest } from "../support/manifests";

const ingress = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace: "demo", name: "nginx" };

describe("keyOf", () => {
  it("is the same whatever version of the API was written", () => {
    assert.equal(keyOf(ingress), keyOf({ ...ingress, apiVersion: "networking.k8s.io/v1beta1" }));
    assert.equal(keyOf({ ...ingress, apiVersion: "v1" }), keyOf({ ...ingress, apiVersion: "v2" }));
  });

  it("tells group, kind, namespace and name apart", () => {
    const others = [
      { ...ingress, apiVersion: "extensions/v1" },
      { ...ingress, apiVersion: "v1" },
      { ...ingress, kind: "Service" },
      { ...ingress, namespace: "other" },
      { ...ingress, namespace: undefined },
      { ...ingress, name: "nginx-canary" },
    ];
    assert.equal(new Set([ingress, ...others].map(keyOf)).size, others.length + 1);
  });
});

describe("describeObject and referenceOf", () => {
  it("name an object as a user would", () => {
    assert.equal(describeObject(ingress), "Ingress demo/nginx");
    assert.equal(describeObject(referenceOf(manifest("Namespace", "demo"))), "Namespace demo");
  });

  it("take nothing but the reference", () => {
    const { apiVersion, ...rest } = ingress;
    assert.deepEqual(referenceOf(manifest("Ingress", "nginx", { apiVersion, namespace: "demo", spec: {} })), {
      apiVersion,
      ...rest,
    });
  });
});

describe("withNamespace", () => {
  it("fills a missing namespace in, for kinds that have one", () => {
    assert.equal(withNamespace(manifest("Service", "a"), "demo").metadata.namespace, "demo");
    assert.equal(withNamespace(manifest("Service", "a", { namespace: "b" }), "demo").metadata.namespace, "b");
    for (const kind of ["Namespace", "ClusterRole", "IngressClass", "CustomResourceDefinition"])
      assert.equal(withNamespace(manifest(kind, "a"), "demo").metadata.namespace, undefined);
  });
});
