import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Preview, UpdateResult } from "../../engine/engine";
import type { PlanVerdict } from "../../traffic/verdict";
import { during } from "./support/during";
import { assertAsFound, kubectl, objectsInCluster, sluice, sluiceJson, whyNoLab } from "./support/lab";
import { answersOf, startLoad } from "./support/load";
import { host, namespace, onPlatform, platformAddress, usePlatform } from "./support/platform";
import { removeStack, sessionOptions, set, without, writeStack, type StackChange } from "./support/stack";

const minutes = 60_000;

describe("an application from its manifests on the lab", function () {
  this.timeout(8 * minutes);

  const session = sessionOptions();
  const folder = mkdtempSync(join(tmpdir(), "sluice-e2e-"));
  let address = "";
  let found: string[] = [];
  const ours = async () => (await objectsInCluster()).filter((object) => object.includes(namespace));

  const look = (name: string) => ({
    patch: {
      spec: {
        containers: [
          {
            name: "web",
            volumeMounts: [{ name: "looks", mountPath: "/usr/local/openresty/nginx/conf/nginx.conf", subPath: name }],
          },
        ],
      },
    },
  });
  const edit = (...changes: readonly StackChange[]) =>
    writeStack([
      ...onPlatform,
      ...without("host", "workload"),
      set("from", { manifests: folder, workload: "Deployment/web" }),
      set("versions", { v1: { answer: "look-v1" }, v2: { ...look("new.conf"), answer: "look-v2" } }),
      ...changes,
    ]);
  const up = () => sluiceJson<UpdateResult>("up", "--yes", ...session);
  const verify = () => sluiceJson<PlanVerdict>("verify", "--requests", "300", ...session);
  const changesOf = ({ changes }: Pick<Preview, "changes">) =>
    changes.map(({ kind, object }) => `${kind} ${object}`).sort();
  const load = (path = "/") => startLoad(address, host, { path });

  before(async function () {
    await usePlatform(this, whyNoLab());
    const route = (path: string, name: string, port: object) => ({
      ...{ path, pathType: "Prefix", backend: { service: { name, port } } },
    });
    const ingress = {
      ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "front" } },
      spec: {
        ingressClassName: "nginx",
        rules: [
          {
            host,
            http: { paths: [route("/", "shop-window", { name: "web" }), route("/docs", "docs", { number: 80 })] },
          },
        ],
      },
    };
    writeFileSync(join(folder, "ingress.yaml"), stringify(ingress));
    writeFileSync(join(folder, "kustomization.yaml"), stringify({ resources: ["ingress.yaml", "storefront.yaml"] }));
    copyFileSync(join(__dirname, "support/storefront/storefront.yaml"), join(folder, "storefront.yaml"));
    found = await ours();
    address = await platformAddress();
  });

  after(() => {
    removeStack();
    rmSync(folder, { recursive: true });
  });

  it("comes up as it is, and gives the canary its share at its own host alone", async () => {
    edit();
    await up();
    const verdict = await verify();
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
    assert.deepEqual(answersOf(await during(load("/docs"), verify)), ["docs"]);
    const service = JSON.parse(await kubectl("get", "service", "shop-window", "-n", namespace, "-o", "json")) as {
      metadata: { annotations: Record<string, string> };
      spec: { ports: { port: number; targetPort: string }[]; selector: object };
    };
    assert.equal(service.metadata.annotations["team.example/tier"], "front");
    assert.deepEqual(service.spec.selector, { "app.kubernetes.io/name": "web", "sluice.dev/version": "v1" });
    assert.deepEqual([service.spec.ports[0]?.port, service.spec.ports[0]?.targetPort], [8000, "web"]);
  });

  it("has nothing to change when nothing was changed", async () => {
    assert.deepEqual(changesOf(await sluiceJson<Preview>("preview", ...session)), []);
  });

  it("shifts and goes back by one PATCH each, and loses no request", async () => {
    const answers = await during(load(), async () => {
      await sluiceJson("shift", "--weight", "60", "--yes", ...session);
      await sluiceJson("undo", "--yes", ...session);
    });
    assert.deepEqual(answersOf(answers), ["look-v1", "look-v2"]);
  });

  it("is rolled out and promoted by a rollout, and loses no request", async () => {
    const answers = await during(load(), async () => {
      const { exitCode, stdout, stderr } = await sluice("rollout", "--to", "v2", "--yes", ...session);
      assert.equal(exitCode, 0, stdout + stderr);
    });
    assert.deepEqual(answersOf(answers), ["look-v1", "look-v2"]);
    assert.deepEqual(answersOf(await load().stop()), ["look-v2"]);
  });

  it("goes back to the version from before the rollout, and loses no request", async () => {
    const answers = await during(load(), () => sluiceJson("undo", "--yes", ...session));
    assert.deepEqual(answersOf(answers), ["look-v1", "look-v2"]);
    const verdict = await verify();
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
    assert.deepEqual(Object.fromEntries(verdict.versions.map(({ version, planned }) => [version, planned])), { v1: 1 });
  });

  it("leaves the cluster as it was found", async () => {
    const { exitCode, stdout, stderr } = await sluice("down", "--yes", "--keep-cluster", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    await assertAsFound(found, ours);
  });
});
