import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import type { ClusterObject } from "../../../kubernetes/cluster-object";
import { liveProblems } from "../../../preflight/live-workload";
import { liveShop, liveStack } from "../support/live-shop";

/** What is said against the adoption of a shop, in a namespace that has these objects. */
async function saidOf(objects: readonly ClusterObject[], stack = liveStack()): Promise<string> {
  const config = parseStackConfig(stack);
  assert.ok(config.application);
  const api = {
    get: ({ kind, name }: { kind: string; name: string }) =>
      Promise.resolve(objects.find((one) => one.kind === kind && one.metadata.name === name)),
    listIn: (_: string, { kind }: { kind: string }) => Promise.resolve(objects.filter((one) => one.kind === kind)),
  };
  const problems = await liveProblems(api, config, config.application, "shop");
  return problems.map(({ key, value, allowed }) => `${key} ${String(value)} ${allowed}`).join("\n");
}

function shopWith(kind: "Deployment" | "Service", metadata: object): ClusterObject[] {
  return liveShop().map((one) => (one.kind === kind ? { ...one, metadata: { ...one.metadata, ...metadata } } : one));
}

describe("what stands against the adoption of a live application", () => {
  it("is nothing if a team has applied it", async () => {
    assert.equal(await saidOf(liveShop()), "");
  });

  it("is a tool that would undo a promotion, with the way that goes through it", async () => {
    const helm = { labels: { "app.kubernetes.io/managed-by": "Helm" } };
    const argo = { annotations: { "argocd.argoproj.io/tracking-id": "store:apps/Deployment:store/shop" } };
    const flux = { labels: { "kustomize.toolkit.fluxcd.io/name": "store" } };
    assert.match(
      await saidOf(shopWith("Deployment", helm)),
      /^from\.live Deployment\/shop must not be Helm's: .*helm upgrade.*from\.chart/,
    );
    assert.match(
      await saidOf(shopWith("Deployment", argo)),
      /Deployment\/shop must not be Argo CD's: .*sync.*sluice render/,
    );
    assert.match(
      await saidOf(shopWith("Service", flux)),
      /Service\/shop must not be Flux's: .*reconciliation.*sluice render/,
    );
  });

  it("is another stack that has it", async () => {
    const record = (stack: string) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "sluice-adopted-shop", namespace: "store" },
      data: { stack },
    });
    assert.equal(await saidOf([...liveShop(), record("shop")]), "");
    assert.match(
      await saidOf([...liveShop(), record("other")]),
      /other has adopted it: hand it back with sluice release --stack other/,
    );
  });

  it("is that it doesn't run", async () => {
    assert.match(await saidOf([]), /the namespace store has no Deployment\/shop/);
  });

  it("is a label that the live selector asks for and the manifests lack", async () => {
    const spec = liveShop()[0]?.["spec"] as object;
    const selector = { matchLabels: { app: "shop", team: "front" } };
    const live = liveShop({ deployment: { ...liveShop()[0], spec: { ...spec, selector } } });
    assert.match(
      await saidOf(live),
      /^from\.manifests Deployment\/shop must have the label team: front .*can't be changed/,
    );
  });

  it("is a Service that is missing, or selects otherwise than the manifests say", async () => {
    const spec = { ...(liveShop()[1]?.["spec"] as object), selector: { app: "till" } };
    assert.match(
      await saidOf(liveShop({ service: { ...liveShop()[1], spec } })),
      /Service\/shop must have the live selector \{"app":"till"\}/,
    );
    assert.match(await saidOf(liveShop().filter(({ kind }) => kind !== "Service")), /Service\/shop must be live/);
  });

  it("is no Service that leads to a version that was promoted", async () => {
    const spec = { ...(liveShop()[1]?.["spec"] as object), selector: { app: "shop.sluice.v2" } };
    assert.equal(await saidOf(liveShop({ service: { ...liveShop()[1], spec } })), "");
  });

  it("is a NetworkPolicy that knows the live pods alone, until it knows the others too", async () => {
    const policy = (spec: object): ClusterObject => ({
      ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "front", namespace: "store" } },
      spec,
    });
    const known = { matchExpressions: [{ key: "app", operator: "In", values: ["shop", "shop.sluice.v2"] }] };
    const only = { matchLabels: { app: "shop" } };
    const said = await saidOf([...liveShop(), policy({ podSelector: only })]);
    assert.match(said, /^versions\.v2 v2 must be reached by NetworkPolicy\/front.* app In \[shop, shop\.sluice\.v2\]/);
    const letIn = policy({ podSelector: {}, ingress: [{ from: [{ podSelector: only }] }] });
    assert.match(await saidOf([...liveShop(), letIn]), /versions\.v2/);
    assert.equal(await saidOf([...liveShop(), policy({ podSelector: known })]), "");
    assert.equal(await saidOf([...liveShop(), policy({ podSelector: {} })]), "");
  });
});
