import assert from "node:assert/strict";
import { withdrawPatches } from "../../../routers";
import { explainPlan } from "../../../traffic/explain";
import { evaluateProgram } from "../../../render/evaluate";
import { newImage, readFixture } from "../../workloads/fixtures";
import { applicationStack, versionOf } from "../support/applications";
import { blueActive, saidByKey, type RawConfig } from "../support/stacks";

describe("an application behind nothing but Services", () => {
  it("keeps them as they are, and its share is that of its pods", () => {
    const { objects, config } = applicationStack("node-port.yaml");
    assert.deepEqual(
      objects.map(({ metadata, spec }) => [metadata.name, spec["selector"]]),
      [
        ["dns", { app: "dns" }],
        ["dns-metrics", { app: "dns" }],
      ],
    );
    assert.equal(
      explainPlan(config.plan)[0],
      "port 30053 of every node: about 75% v1, 25% v2, as 2 of 8 pods are v2's",
    );
  });

  it("keeps its Ingress, which leads to both", async () => {
    const ratio = { "sluice:strategy": "replicaRatio", "sluice:host": undefined, "sluice:canaryWeight": undefined };
    const versions = { v1: { replicas: 3 }, v2: { image: newImage, replicas: 1 } };
    const changes = { ...ratio, "sluice:ingressController": undefined, "sluice:versions": versions };
    const { resources } = await evaluateProgram({ stack: "test", config: readFixture("shop.yaml", changes) });
    assert.equal(resources.filter(({ inputs }) => inputs["kind"] === "Ingress").length, 1);
  });

  it("cuts off a canary that has no pods any more by one patch", () => {
    const { config } = applicationStack("node-port.yaml");
    assert.deepEqual(
      withdrawPatches(config, config.plan).map(({ name, patch }) => [name, patch]),
      ["dns", "dns-metrics"].map((name) => [name, { spec: { selector: { "sluice.dev/version": "v1" } } }]),
    );
  });

  it("is switched from color to color", () => {
    const { named } = applicationStack("node-port.yaml", {
      ...blueActive,
      "sluice:router": "service",
      "sluice:service": { previewNodePort: 30054 },
    });
    assert.equal(versionOf(named("Service", "dns")), "v1");
    const preview = named("Service", "dns-preview").spec;
    assert.deepEqual(
      [preview["type"], preview["ports"]],
      ["NodePort", [{ name: "dns", port: 53, targetPort: "dns", protocol: "UDP", nodePort: 30054 }]],
    );
  });

  it("may be a worker that nobody calls", () => {
    const { objects, config } = applicationStack("worker.yaml");
    assert.deepEqual(objects, []);
    assert.deepEqual(explainPlan(config.plan), [
      "the pods, which no Service selects: about 80% v1, 20% v2, as 1 of 5 pods are v2's",
      "the share is of pods: each pod takes its work itself, so the share of the work depends on the pods' speed",
      "Sluice can't send requests to a version: only the version's own metrics show how it does",
    ]);
  });

  it("is refused without a number of the canary's pods, with an autoscaler, and with a port of its own", () => {
    const without = { "sluice:versions": { v1: {}, v2: { image: "registry.example/new:2" } } };
    assert.match(saidOf("worker.yaml", without)["versions.v2.replicas"] ?? "", /its part of all pods/);
    assert.match(
      saidOf("node-port.yaml", { "sluice:service": { nodePort: 30055 } })["service.nodePort"] ?? "",
      /own Service sets it/,
    );
    const ratio = { "sluice:strategy": "replicaRatio", "sluice:host": undefined, "sluice:canaryWeight": undefined };
    const scaled = saidOf("autoscaled.yaml", { ...ratio, "sluice:ingressController": undefined });
    assert.match(scaled["versions.v1.autoscaling"] ?? "", /an autoscaler would move the share/);
  });
});

function saidOf(fixture: string, changes: RawConfig): Record<string, string> {
  return saidByKey(readFixture(fixture, changes));
}
