import assert from "node:assert/strict";
import type { Kind } from "../../../cluster/objects-api";
import { namespacesIn, removeNamespaces, whyKept, whyNotMade } from "../../../engine/namespaces";
import type { Manifest } from "../../../render/manifest";
import { manifest } from "../support/manifests";
import { quietContext } from "../support/quiet-context";

const at = "2026-03-01T10:00:07Z";
const record = { object: "Namespace demo", name: "demo", uid: "1", created: "2026-03-01T10:00:07.4Z" };

function live(metadata: object = {}): Manifest {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "demo", uid: "1", creationTimestamp: at, ...metadata },
  };
}

describe("the namespaces of a stack", () => {
  it("are read from its state", () => {
    const resources = [
      {
        urn: "a",
        type: "kubernetes:core/v1:Namespace",
        created: at,
        outputs: { metadata: { name: "demo", uid: "1" } },
      },
      { urn: "b", type: "kubernetes:core/v1:Service", created: at, outputs: { metadata: { name: "shop", uid: "2" } } },
    ];
    assert.deepEqual(namespacesIn(resources), [{ object: "Namespace demo", name: "demo", uid: "1", created: at }]);
  });

  it("are its own where it made them", () => {
    const managedFields = [{ manager: "pulumi-kubernetes-46f7854a", time: at }];
    assert.equal(whyNotMade(record, live()), undefined);
    assert.equal(whyNotMade(record, live({ managedFields })), undefined);
  });

  it("are its own where somebody has labelled them later", () => {
    const managedFields = [{ manager: "kubectl-label", time: "2026-03-01T10:00:08Z" }];
    assert.equal(whyNotMade(record, live({ managedFields })), undefined);
  });

  const before = "it was there before the stack";
  const cases: [string, typeof record | Omit<typeof record, "created">, object, string][] = [
    ["were made long before", record, { creationTimestamp: "2026-03-01T09:59:00Z" }, before],
    ["were made just before", record, { managedFields: [{ manager: "kubectl-create", time: at }] }, before],
    ["are of unknown age", { object: "Namespace demo", name: "demo", uid: "1" }, {}, before],
    ["were made anew", record, { uid: "2" }, "it was created again outside the stack"],
  ];
  for (const [title, state, metadata, reason] of cases)
    it(`are not its own where they ${title}`, () => assert.equal(whyNotMade(state, live(metadata)), reason));
});

describe("a namespace that the stack made", () => {
  const kept = (objects: readonly Manifest[], namespace = live()) =>
    whyKept(
      {
        namespacedKinds: () => Promise.resolve(objects.map(({ apiVersion, kind }) => ({ apiVersion, kind }))),
        listIn: (name: string, { kind }: Kind) =>
          Promise.resolve(objects.filter((one) => one.kind === kind && name === "demo")),
      },
      record,
      namespace,
    );
  const withMetadata = (kind: string, metadata: object): Manifest => {
    const made = manifest(kind, "one");
    return { ...made, metadata: { ...made.metadata, ...metadata } };
  };

  it("goes with what Kubernetes made in it, and what goes by itself", async () => {
    const objects = [
      manifest("ConfigMap", "kube-root-ca.crt"),
      manifest("ServiceAccount", "default"),
      manifest("Event", "shop.1"),
      manifest("Lease", "ingress-nginx-leader"),
      manifest("EndpointSlice", "shop-1"),
      withMetadata("ReplicaSet", { ownerReferences: [{ kind: "Deployment", name: "shop" }] }),
      withMetadata("Pod", { deletionTimestamp: at }),
      withMetadata("ConfigMap", { labels: { "istio.io/config": "true" } }),
    ];
    assert.equal(await kept(objects), undefined);
  });

  for (const kind of ["ConfigMap", "ServiceAccount", "Pod", "Secret", "Certificate"])
    it(`stays for a ${kind} of others`, async () =>
      assert.equal(await kept([manifest(kind, "theirs")]), `it holds other objects: ${kind} theirs`));

  it("names some of many", async () => {
    const objects = [manifest("Secret", "one"), manifest("ConfigMap", "two"), manifest("Pod", "three")];
    assert.equal(await kept(objects), "it holds other objects: Secret one, ConfigMap two and 1 more");
  });

  it("is not looked into where the stack did not make it", async () => {
    assert.equal(await kept([manifest("Pod", "theirs")], live({ uid: "2" })), "it was created again outside the stack");
  });

  it("stays where it can't be looked into", async () => {
    const api = { namespacedKinds: () => Promise.reject(new Error("forbidden")), listIn: () => Promise.resolve([]) };
    assert.equal(await whyKept(api, record, live()), "its contents can't be listed: forbidden");
  });

  it("is removed once its pods have ended, so that it need not wait for half of their grace period", async () => {
    const told: string[] = [];
    const pods = [2, 1, 0];
    const cluster = {
      objects: {
        get: () => Promise.resolve(told.includes("deleted") ? undefined : live()),
        namespacedKinds: () => Promise.resolve([]),
        listIn: () => Promise.resolve([]),
      },
      core: {
        listNamespacedPod: () => {
          const left = pods.shift() ?? 0;
          told.push(`${left} pods`);
          const pod = { metadata: { name: "controller", deletionGracePeriodSeconds: 300 } };
          return Promise.resolve({ items: Array.from({ length: left }, () => pod) });
        },
        deleteNamespace: () => Promise.resolve(told.push("deleted")),
      },
    };
    await removeNamespaces(cluster as never, [record], quietContext);
    assert.deepEqual(told, ["2 pods", "1 pods", "0 pods", "deleted"]);
  });
});
