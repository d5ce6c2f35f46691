import assert from "node:assert/strict";
import { findIstioProblems } from "../../../preflight/istio-checks";
import { keyOfManifest, type Manifest } from "../../../render/manifest";
import { FakeCluster } from "../support/fake-cluster";
import { manifest } from "../support/manifests";
import { objectsIn } from "../support/objects-answer";
import { runProgram } from "../support/programs";
import { istioStack, workloadsStack, type RawConfig } from "../support/stacks";

const kinds = manifest("CustomResourceDefinition", "virtualservices.networking.istio.io", {
  apiVersion: "apiextensions.k8s.io/v1",
});

const virtualService = (name: string, spec: object, namespace = "demo"): Manifest =>
  manifest("VirtualService", name, { apiVersion: "networking.istio.io/v1", namespace, spec });

describe("findIstioProblems", () => {
  let cluster: FakeCluster;
  beforeEach(() => (cluster = new FakeCluster()));
  afterEach(() => cluster.remove());

  const problems = async (config: RawConfig, isOwn: (key: string) => boolean, ...there: readonly Manifest[]) => {
    for (const one of there) cluster.put(one);
    return findIstioProblems(cluster.kubectl(), objectsIn(await runProgram(config)), isOwn);
  };
  const nobodys = () => false;

  it("asks nothing where the stack has no VirtualService", async () => {
    assert.deepEqual(await findIstioProblems(cluster.kubectl(), [manifest("Service", "a")], nobodys), []);
    assert.deepEqual(cluster.calls(), []);
  });

  it("names the commands that bring the kinds, where they are missing", async () => {
    const [problem, ...more] = await problems(istioStack(), nobodys);
    assert.deepEqual([problem?.key, problem?.value, more], ["router", "istio", []]);
    assert.match(problem?.allowed ?? "", /istioctl install, or helm install istio-base base/);
  });

  it("refuses a host at a gateway that another VirtualService has", async () => {
    const other = virtualService("other", { hosts: ["www.test.com"], gateways: ["nginx"] });
    const [problem, ...more] = await problems(istioStack(), nobodys, kinds, other);
    assert.deepEqual([problem?.key, problem?.value, more], ["host", "www.test.com", []]);
    assert.match(problem?.allowed ?? "", /VirtualService demo\/other has it already, and of two Istio takes one/);
  });

  it("refuses a name in the mesh that another VirtualService has", async () => {
    const [problem] = await problems(workloadsStack(), nobodys, kinds, virtualService("other", { hosts: ["api"] }));
    assert.equal(problem?.value, "api");
  });

  it("has nothing against other hosts, gateways and namespaces", async () => {
    const fine = [
      virtualService("host", { hosts: ["api.test.com"], gateways: ["nginx"] }),
      virtualService("gateway", { hosts: ["www.test.com"], gateways: ["another"] }),
      virtualService("namespace", { hosts: ["www.test.com"], gateways: ["nginx"] }, "other"),
      virtualService("mesh", { hosts: ["www.test.com"] }),
    ];
    assert.deepEqual(await problems(istioStack(), nobodys, kinds, ...fine), []);
  });

  it("has nothing against the stack's own VirtualServices of now and of before", async () => {
    const spec = { hosts: ["www.test.com"], gateways: ["nginx"] };
    const old = virtualService("old", spec);
    const isOld = (key: string) => key === keyOfManifest(old);
    assert.deepEqual(await problems(istioStack(), isOld, kinds, old, virtualService("nginx", spec)), []);
  });
});
