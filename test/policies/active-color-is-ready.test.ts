import assert from "node:assert/strict";
import { activeColorIsReady } from "../../policies/active-color-is-ready";
import { check, urnOf } from "./support/check";
import {
  autoscaler,
  deployment,
  ingress,
  object,
  service,
  template,
  unknown,
  versionLabels,
  without,
} from "./support/objects";
import { blueGreenPlan, release, replicaRatioPlan } from "./support/plans";

describe("active-color-is-ready", () => {
  const users = service({ name: "nginx", type: "NodePort", selector: versionLabels("v1") });
  const ready = (...resources: Parameters<typeof check>[1]) => check(activeColorIsReady, resources);

  it("lets an active color with pods pass, and an idle one without", async () => {
    const idle = deployment({ name: "nginx-v2", labels: versionLabels("v2"), replicas: 0 });
    assert.deepEqual((await ready(release(blueGreenPlan("blue")), users, deployment(), idle)).violations, []);
  });

  for (const type of ["NodePort", "LoadBalancer"])
    it(`refuses a ${type} that leads to a color with 0 replicas`, async () => {
      const switched = service({ name: "nginx", type, selector: versionLabels("v2") });
      const idle = deployment({ name: "nginx-v2", labels: versionLabels("v2"), replicas: 0 });
      const findings = await ready(release(blueGreenPlan("green")), switched, deployment(), idle);
      assert.equal(findings.violations.length, 1);
      assert.match(
        findings.violations[0] ?? "",
        /^Service demo\/nginx sends users to version v2.*Deployment demo\/nginx-v2 has replicas: 0.*sluice:versions\.v2\.replicas.*sluice:activeColor/,
      );
      assert.deepEqual(findings.urns, [urnOf(switched)]);
    });

  it("refuses a color that is not there at all, or only in another namespace", async () => {
    const [message] = (await ready(users, deployment({ namespace: "shop" }))).violations;
    assert.match(message ?? "", /no Deployment has its labels/);
  });

  it("refuses an Ingress's active color without pods, by the plan", async () => {
    const resources = [ingress(), service(), deployment({ replicas: 0 })];
    assert.equal((await ready(release(blueGreenPlan("blue", "ingress")), ...resources)).violations.length, 1);
    assert.equal((await ready(...resources)).violations.length, 0);
  });

  it("lets the Service by which the idle color is tried be empty", async () => {
    const preview = service({ name: "nginx-preview", type: "NodePort", selector: versionLabels("v2") });
    assert.deepEqual((await ready(release(blueGreenPlan("blue")), users, preview, deployment())).violations, []);
  });

  it("holds every versioned Service to it where there is no plan", async () => {
    const preview = service({ name: "nginx-preview", type: "NodePort", selector: versionLabels("v2") });
    assert.equal((await ready(users, preview, deployment())).violations.length, 1);
  });

  it("counts a Deployment that leaves its number to Kubernetes or to an autoscaler", async () => {
    const bare = without(deployment(), "spec.replicas");
    assert.deepEqual((await ready(users, bare)).violations, []);
    assert.deepEqual((await ready(users, bare, autoscaler("nginx-v1", 3))).violations, []);
  });

  it("does not count an autoscaler of a Deployment with 0 replicas, which Kubernetes turns off", async () =>
    assert.equal((await ready(users, deployment({ replicas: 0 }), autoscaler("nginx-v1", 3))).violations.length, 1));

  it("counts the pods of other kinds too", async () => {
    for (const kind of ["StatefulSet", "DaemonSet"]) {
      const set = object("apps/v1", kind, { name: "nginx-v1" }, { spec: { template: template() } });
      assert.deepEqual((await ready(users, set)).violations, [], kind);
    }
    const pod = object("v1", "Pod", { labels: versionLabels("v1") }, { spec: { containers: [] } });
    assert.deepEqual((await ready(users, pod)).violations, []);
    const job = object("batch/v1", "Job", {}, { spec: { template: template() } });
    assert.equal((await ready(users, job)).violations.length, 1);
  });

  it("leaves Services alone that choose no version, or have no selector", async () => {
    const all = service({ name: "nginx", type: "LoadBalancer", selector: { app: "nginx" } });
    const byHand = without(service({ name: "outside", type: "LoadBalancer" }), "spec.selector");
    assert.deepEqual((await ready(release(replicaRatioPlan(3, 1)), all, byHand)).violations, []);
  });

  it("refuses nothing while some pods' labels are unknown, and says so", async () => {
    const findings = await ready(users, deployment({ labels: { app: unknown } }));
    assert.deepEqual(findings.violations, []);
    assert.match(findings.unknown[0] ?? "", /labels\.app can't be known/);
  });
});
