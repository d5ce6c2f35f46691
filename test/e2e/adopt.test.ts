import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { imageMap } from "../../lab/images/catalog";
import type { Change, Preview, UpdateResult } from "../../engine/engine";
import type { ClusterObject } from "../../kubernetes/cluster-object";
import type { PlanVerdict } from "../../traffic/verdict";
import { during } from "./support/during";
import { assertAsFound, kubectl, objectsInCluster, sluice, sluiceJson, untilSo, whyNoLab } from "./support/lab";
import { answersOf, startLoad } from "./support/load";
import { host, namespace, platformAddress, usePlatform } from "./support/platform";
import { removeStack, sessionOptions, set, testStack, writeStack, type StackChange } from "./support/stack";

const minutes = 60_000;

describe("an application that is live on the lab", function () {
  this.timeout(5 * minutes);

  const mounts = [{ name: "looks", mountPath: "/usr/local/openresty/nginx/conf/nginx.conf", subPath: "new.conf" }];
  const v1 = { answer: "look-v1" };
  const v2 = { patch: { spec: { containers: [{ name: "web", volumeMounts: mounts }] } }, answer: "look-v2" };
  const session = sessionOptions();
  const folder = mkdtempSync(join(tmpdir(), "sluice-e2e-"));
  let address = "";
  let found: string[] = [];
  let service: ClusterObject;
  let pods: string[] = [];

  // Pods come and go with each update of their Deployment; they are compared by their names where they must not.
  const ours = async () =>
    (await objectsInCluster()).filter(
      (object) => object.includes(` ${namespace} `) && !/^(Pod|EndpointSlice) /.test(object),
    );
  const get = async (kind: string, name: string) =>
    JSON.parse(
      await kubectl("get", kind, name, "-n", namespace, "-o", "json", "--show-managed-fields"),
    ) as ClusterObject;
  const livePods = async () =>
    (await kubectl("get", "pods", "-n", namespace, "-l", "app.kubernetes.io/name=web", "-o", "name"))
      .split("\n")
      .sort();
  const selectorOf = async () => (await get("service", "shop-window"))["spec"] as { readonly selector: object };
  const edit = (...changes: readonly StackChange[]) => writeStack(changes, `Pulumi.${testStack}.yaml`);
  const load = () => startLoad(address, host, { seconds: 1 });
  const changesOf = ({ changes }: { readonly changes: readonly Change[] }) =>
    changes.map(({ kind, object }) => `${kind} ${object}`).sort();
  const adopt = () => sluiceJson<{ preview: Preview }>("adopt", "Deployment/web", "-n", namespace, "--yes", ...session);
  const up = () => sluiceJson<UpdateResult>("up", "--yes", ...session);

  before(async function () {
    await usePlatform(this, whyNoLab());
    removeStack();
    const path = (place: string, name: string, port: object) => ({
      ...{ path: place, pathType: "Prefix", backend: { service: { name, port } } },
    });
    const ingress = {
      ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "front" } },
      spec: {
        ingressClassName: "nginx",
        rules: [
          { host, http: { paths: [path("/", "shop-window", { name: "web" }), path("/docs", "docs", { number: 80 })] } },
        ],
      },
    };
    const file = join(folder, "app.yaml");
    const storefront = readFileSync(join(__dirname, "support/storefront/storefront.yaml"), "utf8");
    // kubectl applies it, which knows nothing of the images that the lab has in place of others.
    const text = Object.entries(imageMap).reduce((all, [image, own]) => all.replaceAll(image, own), storefront);
    writeFileSync(file, `${text}---\n${stringify(ingress)}`);
    await kubectl("create", "namespace", namespace);
    await kubectl("apply", "-n", namespace, "-f", file);
    await kubectl("rollout", "status", "deployment/web", "-n", namespace, "--timeout=120s");
    address = await platformAddress();
    await untilSo(
      "the Ingress has its address",
      async () =>
        (await kubectl(
          "get",
          "ingress",
          "front",
          "-n",
          namespace,
          "-o",
          "jsonpath={.status.loadBalancer.ingress[0].ip}",
        )) === address,
    );
    found = await ours();
    service = await get("service", "shop-window");
    pods = await livePods();
  });

  after(async () => {
    removeStack();
    rmSync(folder, { recursive: true });
    await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false");
  });

  it("is adopted without a restart, a copy or a lost request", async () => {
    const answers = await during(load(), async () => {
      const { preview } = await adopt();
      assert.deepEqual(changesOf(preview), [
        "create ConfigMap configmap-sluice-adopted-web",
        "update Service shop-window",
        "update Service web-pods",
      ]);
      await up();
    });
    assert.deepEqual(answersOf(answers), ["look-v1"]);
    assert.deepEqual(await livePods(), pods);
    const now = await get("service", "shop-window");
    const annotations = { ...(service.metadata["annotations"] as object), "pulumi.com/skipAwait": "true" };
    assert.deepEqual([now.metadata["annotations"], now["spec"]], [annotations, service["spec"]]);
    assert.equal((await get("deployment", "web")).metadata["generation"], 1);
    assert.deepEqual(changesOf(await sluiceJson<Preview>("preview", ...session)), []);
  });

  it("can't be adopted by another stack", async () => {
    const { exitCode, stderr } = await sluice(
      "adopt",
      "Deployment/web",
      "-n",
      namespace,
      "--yes",
      ...sessionOptions("e2e-other"),
    );
    assert.equal(exitCode, 2);
    assert.match(stderr, new RegExp(`${testStack} has adopted it`));
  });

  it("gets a canary that its own Service never leads to, and that is promoted, without a lost request", async () => {
    edit(set("versions", { v1, v2 }), ...[set("canary", "v2"), set("canaryWeight", 30)]);
    const answers = await during(load(), async () => {
      await up();
      const verdict = await sluiceJson<PlanVerdict>("verify", "--requests", "200", ...session);
      assert.ok(verdict.asPlanned, JSON.stringify(verdict));
      assert.deepEqual(await livePods(), pods);
      assert.deepEqual((await selectorOf()).selector, { "app.kubernetes.io/name": "web" });
      await sluiceJson("shift", "--promote", "--yes", ...session);
    });
    assert.deepEqual(answersOf(answers), ["look-v1", "look-v2"]);
    assert.deepEqual(answersOf(await load().stop()), ["look-v2"]);
    assert.deepEqual((await selectorOf()).selector, { "app.kubernetes.io/name": "web.sluice.v2" });
    assert.deepEqual(await livePods(), pods);
    assert.deepEqual(changesOf(await sluiceJson<Preview>("preview", ...session)), []);
  });

  it("removes a promoted version's pods in the update that leads users to another one", async () => {
    edit(set("versions", { v1, v3: v2 }), set("stable", "v3"));
    await up();
    assert.deepEqual(answersOf(await load().stop()), ["look-v2"]);
    assert.equal(await get("deployment", "web-v2").catch(() => undefined), undefined);
    edit(set("versions", { v1, v2 }), set("stable", "v2"));
    await up();
    assert.equal(await get("deployment", "web-v3").catch(() => undefined), undefined);
    assert.deepEqual(await livePods(), pods);
  });

  it("isn't left to nobody: the stack can't go while the promoted version serves", async () => {
    const { exitCode, stderr } = await sluice("down", "--yes", "--keep-cluster", ...session);
    assert.equal(exitCode, 1);
    assert.match(stderr, /users are on v2.*sluice release/);
  });

  it("is handed back with what was promoted, without a lost request, and nothing of the stack stays", async () => {
    const answers = await during(load(), () => sluiceJson("release", "--yes", ...session));
    assert.deepEqual(answersOf(answers), ["look-v2"]);
    await assertAsFound(found, ours);
    const now = await get("service", "shop-window");
    assert.deepEqual([now.metadata["annotations"], now["spec"]], [service.metadata["annotations"], service["spec"]]);
    const managers = now.metadata["managedFields"] as { readonly manager: string }[];
    assert.deepEqual(
      managers.filter(({ manager }) => manager.startsWith("pulumi")),
      [],
    );
    assert.match(JSON.stringify((await get("deployment", "web"))["spec"]), /new\.conf/);
  });

  it("stays as it is when a stack that has adopted it is removed", async () => {
    const before = await livePods();
    await up();
    const { exitCode, stdout, stderr } = await sluice("down", "--yes", "--keep-cluster", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    assert.deepEqual(await livePods(), before);
    assert.deepEqual((await selectorOf()).selector, { "app.kubernetes.io/name": "web" });
    await assertAsFound(found, ours);
    assert.deepEqual(answersOf(await load().stop()), ["look-v2"]);
  });
});
