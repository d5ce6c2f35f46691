import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { readApplication } from "../../../cli/adopt/read-application";
import { adoptionText, describeFound, manifestsOf } from "../../../cli/adopt/stack-text";
import type { ClusterApi } from "../../../cluster/api";
import { parseStackConfig } from "../../../config";
import type { ClusterObject } from "../../../kubernetes/cluster-object";
import { withSource } from "../../../sources/read";
import { temporaryFolder, writeInto } from "../support/folders";
import { liveShop, liveStack } from "../support/live-shop";

const ingressClass = (name: string, controller: string, annotations = {}): ClusterObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name, annotations },
  spec: { controller },
});

const balancer: ClusterObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "controller", namespace: "ingress" },
  status: { loadBalancer: { ingress: [{ ip: "192.0.2.10" }] } },
};

function clusterOf(...objects: ClusterObject[]): Pick<ClusterApi, "objects"> {
  const ofKind = (kind: string) => objects.filter((one) => one.kind === kind);
  const api = {
    get: ({ kind, name }: { kind: string; name: string }) =>
      Promise.resolve(ofKind(kind).find(({ metadata }) => metadata.name === name)),
    list: ({ kind }: { kind: string }) => Promise.resolve(ofKind(kind)),
    listIn: (namespace: string, { kind }: { kind: string }) =>
      Promise.resolve(ofKind(kind).filter(({ metadata }) => metadata.namespace === namespace)),
  };
  return { objects: api as unknown as ClusterApi["objects"] };
}

const nginx = ingressClass("nginx", "k8s.io/ingress-nginx");
const find = (...objects: ClusterObject[]) => readApplication(clusterOf(...objects), "Deployment/shop", "store");

describe("a live application that is looked at", () => {
  it("is found with what leads users to it, and with the Service of the controller's address", async () => {
    const { application, controller } = await find(...liveShop(), nginx, balancer);
    assert.equal(application.workload.metadata.name, "shop");
    assert.deepEqual(controller, { className: "nginx", service: "ingress/controller" });
  });

  it("has the cluster's default class if its Ingress names none", async () => {
    const { ingressClassName: _, ...spec } = liveShop()[2]?.["spec"] as { ingressClassName: string };
    const unnamed = liveShop({ ingress: { ...liveShop()[2], spec } });
    const byDefault = { "ingressclass.kubernetes.io/is-default-class": "true" };
    const web = ingressClass("web", "traefik.io/ingress-controller", byDefault);
    assert.equal((await find(...unnamed, nginx, web)).controller.className, "web");
    await assert.rejects(find(...unnamed, nginx), /Ingress\/shop names none, and the cluster has no default/);
  });

  it("is refused if it isn't there, if no Ingress leads to it, and if its controller can't split requests", async () => {
    await assert.rejects(find(nginx), /sluice:from\.live is "Deployment\/shop"/);
    const inside = liveShop().filter(({ kind }) => kind !== "Ingress");
    await assert.rejects(find(...inside, nginx), /no Ingress in store routes to it/);
    const other = ingressClass("nginx", "haproxy.org/ingress-controller");
    await assert.rejects(find(...liveShop(), other), /is read by haproxy\.org\/ingress-controller/);
  });
});

describe("the stack of an adoption", () => {
  const folder = temporaryFolder();
  const adoption = {
    live: "Deployment/shop",
    namespace: "store",
    controller: { className: "nginx", service: "ingress/controller" },
    context: "prod",
  };

  it("has the live workload as v1, and the controller that is there", () => {
    assert.deepEqual(parse(adoptionText({ ...adoption, manifests: "k8s" })), {
      config: {
        "kubernetes:context": "prod",
        "sluice:namespace": "store",
        "sluice:from": { live: "Deployment/shop", manifests: "k8s" },
        "sluice:ingressController": { kind: "existing", className: "nginx", service: "ingress/controller" },
        "sluice:stable": "v1",
        "sluice:versions": { v1: {} },
      },
    });
  });

  it("is told in words, with what will be different in other versions' pods", () => {
    const { application } = parseStackConfig(liveStack());
    assert.ok(application);
    const words = describeFound(application).join("\n");
    assert.match(words, /^Deployment\/shop in store: 3 pods of registry\.example\/shop:1\n/);
    assert.match(words, /reached at shop\.example\.com\/ \(Ingress\/shop\), by Service\/shop/);
    assert.match(words, /app: shop\.sluice\.VERSION/);
  });

  it("can have its objects in files, one each", () => {
    const { application } = parseStackConfig(liveStack());
    assert.ok(application);
    assert.deepEqual(
      [...manifestsOf(application).keys()],
      ["deployment-shop.yaml", "service-shop.yaml", "ingress-shop.yaml"],
    );
  });

  it("is the same by its files as by what is live", () => {
    const { application } = parseStackConfig(liveStack());
    assert.ok(application);
    for (const [name, object] of manifestsOf(application)) writeInto(folder, name, stringify(object));
    const named = { ...liveStack(), "sluice:from": { live: "Deployment/shop", manifests: "." } };
    assert.deepEqual(parseStackConfig(withSource(named, folder)), parseStackConfig(liveStack()));
  });
});
