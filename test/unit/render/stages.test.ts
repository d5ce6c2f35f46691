import assert from "node:assert/strict";
import { stagesOf } from "../../../render/stages";
import { manifest } from "../support/manifests";

const definition = manifest("CustomResourceDefinition", "pools", {
  spec: { group: "metallb.io", names: { kind: "IPAddressPool" } },
});
const pool = manifest("IPAddressPool", "pool", { apiVersion: "metallb.io/v1beta1" });
const ingress = manifest("Ingress", "shop", { apiVersion: "networking.k8s.io/v1" });
const service = manifest("Service", "shop");
const namespace = manifest("Namespace", "demo");
const webhook = (failurePolicy: string | undefined, apiGroups: string[], resources: string[]) =>
  manifest("ValidatingWebhookConfiguration", "admission", {
    webhooks: [
      { failurePolicy, clientConfig: { service: { namespace: "system" } }, rules: [{ apiGroups, resources }] },
    ],
  });

describe("stagesOf", () => {
  it("begins with namespaces and kinds, and keeps the order otherwise", () => {
    assert.deepEqual(stagesOf([service, ingress, definition, namespace]), {
      first: [namespace, definition, service, ingress],
      after: [],
      waitIn: [],
    });
  });

  it("puts off objects of a kind that the stack brings, and no others of the kind's name", () => {
    const others = { ...pool, apiVersion: "example.com/v1" };
    const { first, after } = stagesOf([pool, others, definition]);
    assert.deepEqual([first, after], [[definition, others], [pool]]);
  });

  for (const groups of [["networking.k8s.io"], ["*"]])
    it(`puts off what a webhook for ${groups.join()} checks, until its controllers are ready`, () => {
      const admission = webhook(undefined, groups, ["ingresses"]);
      assert.deepEqual(stagesOf([ingress, admission, service]), {
        first: [admission, service],
        after: [ingress],
        waitIn: ["system"],
      });
    });

  it("puts nothing off for a webhook that lets pass what it can't check, or that checks other objects", () => {
    for (const admission of [webhook("Ignore", ["*"], ["*"]), webhook("Fail", ["apps"], ["ingresses"])])
      assert.deepEqual(stagesOf([admission, ingress]), { first: [admission, ingress], after: [], waitIn: [] });
  });

  it("knows plurals", () => {
    const policy = manifest("NetworkPolicy", "a", { apiVersion: "networking.k8s.io/v1" });
    const { after } = stagesOf([webhook("Fail", ["networking.k8s.io"], ["networkpolicies"]), policy]);
    assert.deepEqual(after, [policy]);
  });
});
