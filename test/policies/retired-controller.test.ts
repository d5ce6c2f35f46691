import assert from "node:assert/strict";
import { retiredController } from "../../policies/retired-controller";
import { check } from "./support/check";
import { deployment, object, template, unknown } from "./support/objects";

describe("retired-controller", () => {
  const labels = { "app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "controller" };
  const said = async (resource: ReturnType<typeof deployment>) =>
    (await check(retiredController, [resource])).violations;

  for (const image of [
    "registry.k8s.io/ingress-nginx/controller:v1.15.1@sha256:594ceea76b01c592858f803f9ff4d2cb40542cae2060410b2c95f75907d659e1",
    "mirror.test:5000/k8s/ingress-nginx/controller-chroot:v1.15.1",
  ])
    it(`knows ${image}`, async () => {
      const [message] = await said(deployment({ labels: {}, container: { image } }));
      assert.match(
        message ?? "",
        /runs ingress-nginx \(.*\): set sluice:ingressController to kind: traefik.*router: gateway/,
      );
    });

  it("knows a patched fork by the chart's labels, and a DaemonSet", async () => {
    assert.equal((await said(deployment({ labels, container: { image: "fork/nginx:1" } }))).length, 1);
    const daemons = object("apps/v1", "DaemonSet", {}, { spec: { template: template({ labels }) } });
    assert.equal((await said(daemons)).length, 1);
  });

  for (const image of ["traefik:v3.7.6", "nginx:1.27", "nginx/nginx-ingress:4", "my-ingress-nginx/controllers:1"])
    it(`lets ${image} pass`, async () => assert.deepEqual(await said(deployment({ container: { image } })), []));

  it("lets the chart's other pods pass", async () => {
    const backend = { ...labels, "app.kubernetes.io/component": "default-backend" };
    assert.deepEqual(await said(deployment({ labels: backend })), []);
    const job = object("batch/v1", "Job", {}, { spec: { template: template({ labels }) } });
    assert.deepEqual(await said(job), []);
  });

  it("says that it could not be run where the image is unknown", async () =>
    assert.match(
      (await check(retiredController, [deployment({ container: { image: unknown } })])).unknown[0] ?? "",
      /image can't be known/,
    ));

  it("is an advice", () => assert.equal(retiredController.enforcementLevel, "advisory"));
});
