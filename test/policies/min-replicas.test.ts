import assert from "node:assert/strict";
import { minReplicas } from "../../policies/min-replicas";
import { check, urnOf } from "./support/check";
import {
  autoscaler,
  canaryIngress,
  deployment,
  ingress,
  service,
  unknown,
  versionLabels,
  without,
} from "./support/objects";
import { blueGreenPlan, release } from "./support/plans";

describe("min-replicas", () => {
  const enough = (resources: Parameters<typeof check>[1], config = {}) => check(minReplicas, resources, config);
  const canary = (annotations: Record<string, string>) => [
    canaryIngress({ annotations }),
    service({ name: "nginx-canary", selector: versionLabels("v2") }),
    deployment({ name: "nginx-v2", labels: versionLabels("v2"), replicas: 1 }),
  ];

  it("lets two pods behind an Ingress pass", async () =>
    assert.deepEqual((await enough([ingress(), service(), deployment()])).violations, []));

  it("refuses one", async () => {
    const findings = await enough([ingress(), service(), deployment({ replicas: 1 })]);
    assert.equal(findings.violations.length, 1);
    assert.match(
      findings.violations[0] ?? "",
      /^Service demo\/nginx-v1 sends users to 1 pod \(Deployment demo\/nginx-v1: 1\), and at least 2 are required: .* in sluice:versions\.v1\.$/,
    );
    assert.deepEqual(findings.urns, [urnOf(deployment())]);
  });

  it("takes the minimum from the config", async () =>
    assert.equal((await enough([ingress(), service(), deployment()], { minimum: 3 })).violations.length, 1));

  for (const type of ["NodePort", "LoadBalancer"])
    it(`counts those behind a ${type}`, async () =>
      assert.equal((await enough([service({ type }), deployment({ replicas: 1 })])).violations.length, 1));

  it("leaves alone what users are not led to", async () =>
    assert.deepEqual((await enough([service(), deployment({ replicas: 1 })])).violations, []));

  it("counts all pods behind a Service together, for replica ratios", async () => {
    const tracks = [deployment({ name: "stable", replicas: 1 }), deployment({ name: "canary", replicas: 1 })];
    assert.deepEqual((await enough([service({ type: "LoadBalancer" }), ...tracks])).violations, []);
  });

  it("goes by the autoscaler's least number", async () => {
    const bare = without(deployment(), "spec.replicas");
    assert.deepEqual((await enough([ingress(), service(), bare, autoscaler("nginx-v1", 2)])).violations, []);
    assert.equal(
      (await enough([ingress(), service(), deployment({ replicas: 5 }), autoscaler("nginx-v1", 1)])).violations.length,
      1,
    );
  });

  it("leaves a canary alone that no request can reach", async () =>
    assert.deepEqual((await enough(canary({ "canary-weight": "0" }))).violations, []));

  for (const annotations of [
    { "canary-weight": "1" },
    { "canary-weight": "0", "canary-by-header": "Region" },
    { "canary-weight": "0", "canary-by-cookie": "user" },
  ] as Record<string, string>[])
    it(`counts a canary that is reached by ${JSON.stringify(annotations)}`, async () =>
      assert.equal((await enough(canary(annotations))).violations.length, 1));

  it("leaves the idle color alone, with one pod or none", async () => {
    const users = service({ name: "nginx", type: "NodePort" });
    const preview = service({ name: "nginx-preview", type: "NodePort", selector: versionLabels("v2") });
    for (const replicas of [0, 1]) {
      const idle = deployment({ name: "nginx-v2", labels: versionLabels("v2"), replicas });
      const resources = [release(blueGreenPlan("blue")), users, preview, deployment(), idle];
      assert.deepEqual((await enough(resources)).violations, []);
    }
    const one = [users, preview, deployment({ replicas: 1 })];
    assert.equal((await enough([release(blueGreenPlan("blue")), ...one])).violations.length, 1);
  });

  it("leaves what has no pods to the policies about that", async () =>
    assert.deepEqual((await enough([ingress(), service(), deployment({ replicas: 0 })])).violations, []));

  it("refuses nothing while some number is unknown, and says so", async () => {
    const findings = await enough([ingress(), service(), deployment({ replicas: unknown })]);
    assert.deepEqual(findings.violations, []);
    assert.match(findings.unknown[0] ?? "", /replicas can't be known/);
  });

  it("is off until a pack config sets its level", () => assert.equal(minReplicas.enforcementLevel, "disabled"));
});
