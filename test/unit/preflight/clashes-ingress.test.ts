import assert from "node:assert/strict";
import type { Manifest } from "../../../render/manifest";
import { findClashes } from "../../../preflight/clashes";
import { clashes } from "../../../routers/ingress/clashes";
import { describeProblem } from "../../../config/problems";
import { keyOfManifest } from "../../../render/manifest";
import { FakeObjects, situationOf } from "../support/fake-objects";
import { flaggerStack, smallStack } from "../support/stacks";

const ingress = (name: string, host: string, service: string, namespace = "demo", className = "nginx"): Manifest => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name, namespace },
  spec: {
    ingressClassName: className,
    rules: [{ host, http: { paths: [{ path: "/", backend: { service: { name: service } } }] } }],
  },
});

describe("clashes of router ingress", () => {
  let live: FakeObjects;
  beforeEach(() => (live = new FakeObjects()));

  const preview = async (config = smallStack(), isOwn?: (key: string) => boolean) =>
    ((await findClashes(clashes, await situationOf(config, live, isOwn))).problems ?? [])
      .map(describeProblem)
      .join("\n");

  it("a rule for the same host and path is refused, in whatever namespace it is", async () => {
    live.put(ingress("shop", "www.test.com", "shop", "other"));
    assert.match(await preview(), /sluice:host is "www\.test\.com": .*Ingress other\/shop has \/ already/);
  });

  it("the same rule is none of others' where Flagger made it for the stack's own Canary", async () => {
    const made = ingress("nginx-canary", "www.test.com", "nginx-canary");
    const ownedBy = (name: string) => ({
      ownerReferences: [{ apiVersion: "flagger.app/v1beta1", kind: "Canary", name }],
    });
    live.put({ ...made, metadata: { ...made.metadata, ...ownedBy("nginx") } });
    assert.equal(await preview(flaggerStack()), "");
    live.put({ ...made, metadata: { ...made.metadata, ...ownedBy("shop") } });
    assert.match(await preview(flaggerStack()), /Ingress demo\/nginx-canary has \/ already/);
  });

  it("the same rule for another controller is none of the plan's", async () => {
    live.put(ingress("shop", "www.test.com", "shop", "other", "internal"));
    assert.equal(await preview(), "");
  });

  it("another host or path is fine", async () => {
    live.put(ingress("shop", "shop.test.com", "shop"));
    assert.equal(await preview(), "");
  });

  it("a Service that another Ingress leads to is refused, as a canary's rules are kept by Service", async () => {
    live.put(ingress("shop", "shop.test.com", "nginx"));
    assert.match(await preview(), /sluice:workload is "nginx": .*Ingress demo\/shop routes to nginx as well/);
  });

  it("a Service of the same name in another namespace is another one", async () => {
    live.put(ingress("shop", "shop.test.com", "nginx", "other"));
    assert.equal(await preview(), "");
  });

  it("a Service that an Ingress of another class leads to is shared with another controller, which leaks nothing", async () => {
    live.put(ingress("shop", "shop.test.com", "nginx", "demo", "internal"));
    assert.equal(await preview(), "");
  });

  it("without a canary a shared Service leaks nothing", async () => {
    live.put(ingress("shop", "shop.test.com", "nginx"));
    assert.equal(await preview(smallStack({ "sluice:canary": undefined, "sluice:canaryWeight": undefined })), "");
  });

  it("the stack's own rules are no clash, neither those that stay nor those that go", async () => {
    const old = ingress("web", "www.test.com", "nginx");
    live.put(old, ingress("nginx", "www.test.com", "nginx"));
    assert.equal(await preview(smallStack(), (key) => key === keyOfManifest(old)), "");
    assert.match(await preview(), /Ingress demo\/web has \/ already/);
  });

  it("reads each Ingress of others as often whether the stack has one or many", () => {
    const readsBeside = (count: number) => {
      let reads = 0;
      const others = Array.from({ length: 20 }, (_, index) => {
        const { spec, ...other } = ingress(`other-${index}`, `other-${index}.test`, "other");
        return Object.defineProperty(other, "spec", { get: () => ((reads += 1), spec) });
      });
      const own = Array.from({ length: count }, (_, index) => {
        const one = ingress(`own-${index}`, `own-${index}.test`, "own");
        const annotations = index === 0 && { "nginx.ingress.kubernetes.io/canary": "true" };
        return annotations ? { ...one, metadata: { ...one.metadata, annotations } } : one;
      });
      assert.deepEqual(clashes.find(own, others), []);
      return reads;
    };
    assert.equal(readsBeside(50), readsBeside(2));
  });

  it("nobody is asked of a stack without an Ingress", async () => {
    await findClashes(clashes, { manifests: [], live, isOwn: () => false });
    assert.deepEqual(live.calls, []);
  });
});
