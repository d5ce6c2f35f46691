import assert from "node:assert/strict";
import type { EvaluatedProgram } from "../../../render/evaluate";
import { at, dependenciesOf, namesOf, objectOf, runProgram } from "../support/programs";
import { replicaRatioStack } from "../support/stacks";

const versions = {
  v1: { image: "nginx:1", replicas: 3, files: { "/etc/version": "v1" }, minAvailable: 2 },
  v2: { image: "nginx:2", replicas: 1 },
};

describe("a release by replicas", () => {
  let program: EvaluatedProgram;
  const spec = (name: string, from = program) => at(objectOf(from, "Deployment", name).inputs, "spec");
  before(async () => (program = await runProgram(replicaRatioStack({ "sluice:versions": versions }))));

  it("has a Deployment a track, with the version's pods", () => {
    assert.deepEqual(namesOf(program, "Deployment"), ["nginx", "nginx-canary"]);
    const images = ["nginx", "nginx-canary"].map((name) => [
      at(spec(name), "template", "spec", "containers", 0, "image"),
      at(spec(name), "replicas"),
    ]);
    assert.deepEqual(images, [
      ["nginx:1", 3],
      ["nginx:2", 1],
    ]);
  });

  it("selects by app and track, without the version that a promotion changes", () => {
    for (const [name, track, version] of [
      ["nginx", "stable", "v1"],
      ["nginx-canary", "canary", "v2"],
    ] as const) {
      assert.deepEqual(at(spec(name), "selector", "matchLabels"), { app: "nginx", track });
      assert.deepEqual(at(spec(name), "template", "metadata", "labels"), { app: "nginx", track, version });
    }
    const budget = at(objectOf(program, "PodDisruptionBudget", "nginx").inputs, "spec", "selector", "matchLabels");
    assert.deepEqual(budget, { app: "nginx", track: "stable" });
  });

  it("leads to the pods of both by one Service, which selects by app alone", () => {
    assert.deepEqual(namesOf(program, "Service"), ["nginx"]);
    assert.deepEqual(at(objectOf(program, "Service", "nginx").inputs, "spec"), {
      type: "LoadBalancer",
      selector: { app: "nginx" },
      ports: [{ name: "http", port: 80, targetPort: "http" }],
    });
    assert.ok(dependenciesOf(objectOf(program, "Service", "nginx")).includes("Deployment nginx"));
    assert.deepEqual([namesOf(program, "Ingress"), namesOf(program, "IngressClass")], [[], []]);
  });

  it("answers at a node port where one is set", async () => {
    const ports = await runProgram(
      replicaRatioStack({ "sluice:service": { nodePort: 30080, nodeAddress: "10.0.0.7" } }),
    );
    const service = at(objectOf(ports, "Service", "nginx").inputs, "spec");
    assert.deepEqual([at(service, "type"), at(service, "ports", 0, "nodePort")], ["NodePort", 30080]);
    assert.deepEqual(
      [ports.outputs["address"], ports.outputs["port"], ports.outputs["url"]],
      ["10.0.0.7", 30080, "http://10.0.0.7:30080/"],
    );
  });

  it("has an IPv6 address in brackets in its URL", async () => {
    const node = { "sluice:service": { nodePort: 30080, nodeAddress: "2001:db8::10" } };
    const { outputs } = await runProgram(replicaRatioStack(node));
    assert.deepEqual([outputs["address"], outputs["url"]], ["2001:db8::10", "http://[2001:db8::10]:30080/"]);
  });

  it("waits with its address for what gives addresses", async () => {
    const metallb = { addresses: ["192.168.10.240-192.168.10.250"] };
    const bare = await runProgram(replicaRatioStack({ "sluice:metallb": metallb }));
    const dependencies = dependenciesOf(objectOf(bare, "Service", "nginx"));
    assert.ok(
      dependencies.some((name) => name.startsWith("Chart metallb") || name.startsWith("L2Advertisement")),
      dependencies.join(),
    );
  });

  it("keeps by a promotion the stable Deployment's name and selector, and drops the canary", async () => {
    const promoted = await runProgram(
      replicaRatioStack({ "sluice:versions": versions, "sluice:stable": "v2", "sluice:canary": undefined }),
    );
    assert.deepEqual(namesOf(promoted, "Deployment"), ["nginx"]);
    assert.deepEqual(at(spec("nginx", promoted), "selector"), at(spec("nginx"), "selector"));
    assert.equal(at(spec("nginx", promoted), "template", "spec", "containers", 0, "image"), "nginx:2");
    assert.equal(at(spec("nginx", promoted), "template", "metadata", "labels", "version"), "v2");
    assert.deepEqual(
      at(objectOf(promoted, "Service", "nginx").inputs, "spec"),
      at(objectOf(program, "Service", "nginx").inputs, "spec"),
    );
  });

  it("keeps a canary without pods, at 0", async () => {
    const empty = { ...versions, v2: { ...versions.v2, replicas: 0 } };
    const without = await runProgram(replicaRatioStack({ "sluice:versions": empty }));
    assert.equal(at(spec("nginx-canary", without), "replicas"), 0);
  });

  it("makes nothing of a version on no track", async () => {
    const more = { ...versions, v3: { image: "nginx:3" } };
    const program = await runProgram(replicaRatioStack({ "sluice:versions": more }));
    assert.deepEqual(namesOf(program, "Deployment"), ["nginx", "nginx-canary"]);
  });
});
