import assert from "node:assert/strict";
import { findClashes } from "../../../preflight/clashes";
import { clashes } from "../../../routers/istio/clashes";
import { keyOfManifest, type Manifest } from "../../../render/manifest";
import { FakeObjects, situationOf } from "../support/fake-objects";
import { manifest } from "../support/manifests";
import { istioStack, workloadsStack, type RawConfig } from "../support/stacks";

const virtualService = (name: string, spec: object, namespace = "demo"): Manifest =>
  manifest("VirtualService", name, { apiVersion: "networking.istio.io/v1", namespace, spec });

describe("clashes of router istio", () => {
  let live: FakeObjects;
  beforeEach(() => (live = new FakeObjects()));

  const problems = async (config: RawConfig, isOwn: (key: string) => boolean, ...there: readonly Manifest[]) => {
    live.put(...there);
    return (await findClashes(clashes, await situationOf(config, live, isOwn))).problems ?? [];
  };
  const nobodys = () => false;

  it("asks nothing where the stack has no VirtualService", async () => {
    await findClashes(clashes, { manifests: [manifest("Service", "a")], live, isOwn: nobodys });
    assert.deepEqual(live.calls, []);
  });

  it("names the commands that bring the kinds, where they are missing", async () => {
    live.missing.add("networking.istio.io");
    const [problem, ...more] = await problems(istioStack(), nobodys);
    assert.deepEqual([problem?.key, problem?.value, more], ["router", "istio", []]);
    assert.match(problem?.allowed ?? "", /istioctl install, or helm install istio-base base/);
  });

  it("refuses a host at a gateway that another VirtualService has", async () => {
    const other = virtualService("other", { hosts: ["www.test.com"], gateways: ["nginx"] });
    const [problem, ...more] = await problems(istioStack(), nobodys, other);
    assert.deepEqual([problem?.key, problem?.value, more], ["host", "www.test.com", []]);
    assert.match(
      problem?.allowed ?? "",
      /VirtualService demo\/other has it already, and Istio uses only one of the two/,
    );
  });

  it("refuses a host that another stack has at the same pods by a Gateway and a namespace of its own", async () => {
    const gateway = (selector: object) =>
      manifest("Gateway", "shop", { apiVersion: "networking.istio.io/v1", namespace: "shop", spec: { selector } });
    const other = virtualService("shop", { hosts: ["www.test.com"], gateways: ["shop"] }, "shop");
    const edge = gateway({ istio: "ingressgateway" });
    assert.equal((await problems(istioStack(), nobodys, other, edge))[0]?.value, "www.test.com");
    assert.deepEqual(await problems(istioStack(), nobodys, other, gateway({ istio: "another" })), []);
  });

  it("refuses a name in the mesh that another VirtualService has", async () => {
    const [problem] = await problems(workloadsStack(), nobodys, virtualService("other", { hosts: ["api"] }));
    assert.equal(problem?.value, "api");
  });

  it("has nothing against other hosts, gateways and namespaces", async () => {
    const fine = [
      virtualService("host", { hosts: ["api.test.com"], gateways: ["nginx"] }),
      virtualService("gateway", { hosts: ["www.test.com"], gateways: ["another"] }),
      virtualService("namespace", { hosts: ["www.test.com"], gateways: ["nginx"] }, "other"),
      virtualService("mesh", { hosts: ["www.test.com"] }),
    ];
    assert.deepEqual(await problems(istioStack(), nobodys, ...fine), []);
  });

  it("has nothing against the stack's own VirtualServices of now and of before", async () => {
    const spec = { hosts: ["www.test.com"], gateways: ["nginx"] };
    const old = virtualService("old", spec);
    const isOld = (key: string) => key === keyOfManifest(old);
    assert.deepEqual(await problems(istioStack(), isOld, old, virtualService("nginx", spec)), []);
  });
});
