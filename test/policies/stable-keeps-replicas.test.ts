import assert from "node:assert/strict";
import { stableKeepsReplicas } from "../../policies/stable-keeps-replicas";
import { check, urnOf } from "./support/check";
import {
  autoscaler,
  canaryIngress,
  deployment,
  ingress,
  object,
  service,
  unknown,
  versionLabels,
  without,
} from "./support/objects";

describe("stable-keeps-replicas", () => {
  const keeps = (...resources: Parameters<typeof check>[1]) => check(stableKeepsReplicas, resources);

  it("lets a mainline with pods pass, and one that leaves the number to Kubernetes or an autoscaler", async () => {
    assert.deepEqual((await keeps(ingress(), service(), deployment({ replicas: 1 }))).violations, []);
    const bare = without(deployment(), "spec.replicas");
    assert.deepEqual((await keeps(ingress(), service(), bare)).violations, []);
    assert.deepEqual((await keeps(ingress(), service(), bare, autoscaler("nginx-v1"))).violations, []);
  });

  it("refuses a mainline with 0 replicas, even beside a canary that takes all", async () => {
    const canary = [
      canaryIngress({ annotations: { "canary-weight": "100" } }),
      service({ name: "nginx-canary", selector: versionLabels("v2") }),
      deployment({ name: "nginx-v2", labels: versionLabels("v2") }),
    ];
    const findings = await keeps(ingress(), service(), deployment({ replicas: 0 }), ...canary);
    assert.equal(findings.violations.length, 1);
    assert.match(
      findings.violations[0] ?? "",
      /^Ingress demo\/nginx leads to Service demo\/nginx-v1, which has no pods \(Deployment demo\/nginx-v1 has replicas: 0\).*error.*sluice:versions for v1/,
    );
    assert.deepEqual(findings.urns, [urnOf(ingress())]);
  });

  it("refuses a Service whose selector no Deployment's pods have", async () => {
    const [message] = (await keeps(ingress(), service({ selector: versionLabels("v3") }), deployment())).violations;
    assert.match(message ?? "", /no Deployment has its labels/);
  });

  it("counts pods, not Deployments: one of two is enough", async () => {
    const tracks = [deployment({ name: "stable", replicas: 3 }), deployment({ name: "canary", replicas: 0 })];
    assert.deepEqual((await keeps(ingress(), service(), ...tracks)).violations, []);
  });

  it("lets a canary without pods pass", async () => {
    const canary = [canaryIngress(), service({ name: "nginx-canary", selector: versionLabels("v2") })];
    assert.deepEqual((await keeps(ingress(), service(), deployment(), ...canary)).violations, []);
  });

  it("leaves Services alone that the stack does not make, or whose endpoints are made by hand", async () => {
    assert.deepEqual((await keeps(ingress())).violations, []);
    assert.deepEqual((await keeps(ingress(), without(service(), "spec.selector"))).violations, []);
    const elsewhere = object(
      "v1",
      "Service",
      { name: "nginx-v1" },
      { spec: { type: "ExternalName", externalName: "a.b" } },
    );
    assert.deepEqual((await keeps(ingress(), elsewhere)).violations, []);
  });

  it("checks the others where one Ingress is unknown, and says so", async () => {
    const findings = await keeps(ingress({ name: "new", service: unknown }), ingress(), service());
    assert.equal(findings.violations.length, 1);
    assert.match(findings.unknown[0] ?? "", /can't be known/);
  });

  it("refuses nothing while the number of pods is unknown, and says so", async () => {
    const findings = await keeps(ingress(), service(), deployment({ replicas: unknown }));
    assert.deepEqual(findings.violations, []);
    assert.match(findings.unknown[0] ?? "", /spec\.replicas can't be known/);
  });
});
