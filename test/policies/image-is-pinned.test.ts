import assert from "node:assert/strict";
import { imageIsPinned } from "../../policies/image-is-pinned";
import { check } from "./support/check";
import { deployment, goodContainer, object, service, template, unknown, without } from "./support/objects";

const digest = `@sha256:${"0a".repeat(32)}`;

describe("image-is-pinned", () => {
  const pinned = async (image: string, config = {}) =>
    (await check(imageIsPinned, [deployment({ container: { image } })], config)).violations;

  for (const image of ["nginx:1.27", "registry:5000/team/nginx:1.27", `nginx${digest}`, `nginx:latest${digest}`])
    it(`lets ${image} pass`, async () => assert.deepEqual(await pinned(image), []));

  for (const [image, problem] of [
    ["nginx", /"nginx" has no tag, which means latest: name a version in sluice:versions\.v1\.image\./],
    ["nginx:latest", /has the tag latest/],
    ["registry:5000/nginx", /has no tag/],
    ["registry:5000/nginx:latest", /has the tag latest/],
    ["nginx:", /has no tag/],
    ["nginx@sha256:0a", /has no tag/],
    ["", /"" has no tag/],
  ] as const)
    it(`refuses "${image}"`, async () => {
      const [message] = await pinned(image);
      assert.match(message ?? "", problem);
      assert.match(message ?? "", /^Deployment demo\/nginx-v1, container app: /);
    });

  it("wants a digest where the config says so", async () => {
    const [message] = await pinned("nginx:1.27", { requireDigest: true });
    assert.match(message ?? "", /"nginx:1\.27" has no digest: add @sha256:/);
    assert.deepEqual(await pinned(`nginx:1.27${digest}`, { requireDigest: true }), []);
  });

  it("looks into every kind that makes pods, and into init containers", async () => {
    const spec = { template: template({ container: { image: "nginx" } }) };
    for (const [apiVersion, kind, fields] of [
      ["apps/v1", "StatefulSet", { spec }],
      ["apps/v1", "DaemonSet", { spec }],
      ["apps/v1", "ReplicaSet", { spec }],
      ["v1", "ReplicationController", { spec }],
      ["batch/v1", "Job", { spec }],
      ["batch/v1", "CronJob", { spec: { jobTemplate: { spec } } }],
      ["v1", "Pod", { spec: { containers: [{ name: "app", image: "nginx" }] } }],
    ] as const)
      assert.equal((await check(imageIsPinned, [object(apiVersion, kind, {}, fields)])).violations.length, 1, kind);
    const init = deployment({ pod: { initContainers: [{ name: "init", image: "busybox" }] } });
    assert.match((await check(imageIsPinned, [init])).violations[0] ?? "", /container init: /);
  });

  it("names no key of Sluice's for a chart's container", async () => {
    const chart = deployment({ labels: { "app.kubernetes.io/name": "metallb" }, container: { image: "speaker" } });
    assert.match((await check(imageIsPinned, [chart])).violations[0] ?? "", /in its image, for a chart's container/);
  });

  it("checks the other containers where one image is unknown, and says so", async () => {
    const containers = [
      { ...goodContainer, image: unknown },
      { ...goodContainer, name: "sidecar", image: "nginx" },
    ];
    const findings = await check(imageIsPinned, [deployment({ pod: { containers } })]);
    assert.equal(findings.violations.length, 1);
    assert.match(findings.unknown[0] ?? "", /image can't be known/);
  });

  it("lets objects without pods, or without their fields, pass", async () =>
    assert.deepEqual((await check(imageIsPinned, [service(), without(deployment(), "spec.template")])).violations, []));
});
