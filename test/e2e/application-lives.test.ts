import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Preview, UpdateResult } from "../../engine/engine";
import { packageFolder } from "../../package-folder";
import type { PlanVerdict } from "../../traffic/verdict";
import { during } from "./support/during";
import { assertAsFound, kubectl, objectsInCluster, sluice, sluiceJson, whyNoLab } from "./support/lab";
import { answersOf, startLoad } from "./support/load";
import { newLook, storefront, writeObjects } from "./support/own-objects";
import { host, namespace, onPlatform, platformAddress, usePlatform } from "./support/platform";
import { removeStack, sessionOptions, set, testStack, without, writeStack, type StackChange } from "./support/stack";

const minutes = 60_000;

describe("lives of applications on the lab", function () {
  this.timeout(8 * minutes);

  const session = sessionOptions();
  let found: string[] = [];
  const ours = async () => (await objectsInCluster()).filter((object) => object.includes(namespace));
  const write = (...changes: readonly StackChange[]) =>
    writeStack([...onPlatform, ...without("workload", "rollout"), ...changes]);
  const up = () => sluiceJson<UpdateResult>("up", "--yes", ...session);
  const preview = () => sluiceJson<Preview>("preview", ...session);
  const split = async () => {
    const verdict = await sluiceJson<PlanVerdict>("verify", "--requests", "300", ...session);
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
    return Object.fromEntries(verdict.versions.map(({ version, planned }) => [version, planned]));
  };
  const podsOf = async (selector: string) => {
    const names = await kubectl("get", "pods", "-n", namespace, "-l", selector, "-o", "name");
    return names.split("\n").filter(Boolean).length;
  };
  const down = async () => {
    const { exitCode, stdout, stderr } = await sluice("down", "--yes", "--keep-cluster", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    await assertAsFound(found, ours);
  };

  before(async function () {
    await usePlatform(this, whyNoLab());
    found = await ours();
  });

  after(removeStack);

  describe("a chart in two colors", () => {
    const chart = (activeColor: string) =>
      write(
        ...without("host", "stable", "canary", "canaryWeight"),
        set("strategy", "blueGreen"),
        set("colors", { blue: "v1", green: "v2" }),
        set("activeColor", activeColor),
        set("from", { chart: resolve("test/e2e/support/press"), values: { host } }),
        set("versions", { v1: { answer: "press-v1" }, v2: { values: { title: "press-v2" }, answer: "press-v2" } }),
      );

    it("comes up, its second version with a ConfigMap of its own", async () => {
      chart("blue");
      await up();
      assert.deepEqual(await split(), { v1: 1 });
      const maps = await kubectl("get", "configmaps", "-n", namespace, "-o", "name");
      assert.equal(maps.match(/press-conf/g)?.length, 2, maps);
    });

    it("is switched and switched back without a lost request, and has nothing to change then", async () => {
      const address = await platformAddress();
      const answers = await during(startLoad(address, host), async () => {
        chart("green");
        await up();
        assert.deepEqual(await split(), { v2: 1 });
        chart("blue");
        await up();
      });
      assert.deepEqual(answersOf(answers), ["press-v1", "press-v2"]);
      assert.deepEqual((await preview()).changes, []);
    });

    it("leaves the cluster as it was found", down);
  });

  describe("a storefront behind a Service of its own alone", () => {
    const [config, account, deployment, service, pods] = storefront(
      ...["ConfigMap/looks", "ServiceAccount/storefront", "Deployment/web", "Service/shop-window", "Service/web-pods"],
    );
    const port = 30177;
    const onNodes = {
      ...service,
      spec: {
        ...(service?.["spec"] as object),
        type: "NodePort",
        ports: [{ port: 8000, targetPort: "web", nodePort: port }],
      },
    };
    const manifests = writeObjects([config, account, deployment, onNodes, pods].filter((one) => one !== undefined));
    const ratio = (...changes: readonly StackChange[]) =>
      write(
        ...without("host", "canaryWeight", "ingressController"),
        set("strategy", "replicaRatio"),
        set("from", { manifests }),
        set("versions", {
          v1: { replicas: 3, answer: "look-v1" },
          v2: { replicas: 1, patch: newLook, answer: "look-v2" },
        }),
        ...changes,
      );

    it("gives the canary the share of its pods, and leaves the Service as it is", async () => {
      ratio();
      await up();
      assert.deepEqual(await split(), { v1: 0.75, v2: 0.25 });
      const selector = await kubectl(
        "get",
        "service",
        "shop-window",
        "-n",
        namespace,
        "-o",
        "jsonpath={.spec.selector}",
      );
      assert.deepEqual(JSON.parse(selector), { "app.kubernetes.io/name": "web" });
      assert.equal(await podsOf("app.kubernetes.io/name=web"), 4);
    });

    it("is promoted by its pods", async () => {
      const v2 = { replicas: 3, patch: newLook, answer: "look-v2" };
      ratio(set("stable", "v2"), ...without("canary"), set("versions", { v1: { replicas: 3, answer: "look-v1" }, v2 }));
      await up();
      assert.deepEqual(await split(), { v2: 1 });
      assert.equal(await podsOf("sluice.dev/version=v1"), 0);
      assert.deepEqual((await preview()).changes, []);
    });

    it("is previewed from a stack file anywhere, its manifests beside it", async () => {
      const text = readFileSync(join(packageFolder, `Pulumi.${testStack}.yaml`), "utf8");
      const file = join(dirname(manifests), `Pulumi.${testStack}.yaml`);
      writeFileSync(file, text.replace(manifests, basename(manifests)));
      const { changes } = await sluiceJson<Preview>("preview", "--config", file, ...session.slice(2));
      assert.deepEqual(changes, []);
    });

    it("leaves the cluster as it was found", down);
  });

  describe("a StatefulSet", () => {
    const [config, account, deployment, pods] = storefront(
      ...["ConfigMap/looks", "ServiceAccount/storefront", "Deployment/web", "Service/web-pods"],
    );
    const { strategy: _, ...spec } = deployment?.["spec"] as Record<string, unknown>;
    const set3 = { ...deployment, kind: "StatefulSet", spec: { ...spec, serviceName: "web-pods", replicas: 3 } };
    const manifests = writeObjects([config, account, set3, pods].filter((one) => one !== undefined));
    const broken = { spec: { containers: [{ name: "web", command: ["/nothing"] }] } };
    const stateful = (canaryPods?: number) =>
      write(
        ...without("host", "canaryWeight", "ingressController", ...(canaryPods === undefined ? ["canary"] : [])),
        set("strategy", "replicaRatio"),
        set("from", { manifests }),
        set("rollout", { interval: "1s", steps: [{ replicas: 1 }, { replicas: 2 }], metrics: [] }),
        set("versions", {
          v1: {},
          v2: { patch: newLook, ...(canaryPods !== undefined && { replicas: canaryPods }) },
          v3: { patch: broken },
        }),
      );
    const rollout = (to: string) => sluice("rollout", "--to", to, "--yes", ...session);
    const looks = async () => {
      const path = "jsonpath={range .items[*]}{.metadata.name}={.metadata.labels.sluice\\.dev/version} {end}";
      const text = await kubectl("get", "pods", "-n", namespace, "-l", "app.kubernetes.io/name=web", "-o", path);
      return text.trim().split(" ").sort();
    };

    it("can't begin with two versions, and begins with one", async () => {
      stateful(1);
      const refused = await sluice("preview", ...session);
      assert.match(refused.stderr, /must be left out until the StatefulSet exists/);
      stateful();
      await up();
      assert.deepEqual(await looks(), ["web-0=v1", "web-1=v1", "web-2=v1"]);
    });

    it("gives the canary the highest ordinals, and takes them back", async () => {
      stateful(1);
      await up();
      assert.deepEqual(await looks(), ["web-0=v1", "web-1=v1", "web-2=v2"]);
      assert.deepEqual((await preview()).changes, []);
      stateful();
      await up();
      assert.deepEqual(await looks(), ["web-0=v1", "web-1=v1", "web-2=v1"]);
    });

    it("is taken back by a rollout from a version that never starts, though Kubernetes waits for its pod", async () => {
      const { exitCode, stdout, stderr } = await rollout("v3");
      assert.equal(exitCode, 1, stdout + stderr);
      assert.match(stdout, /back to v1: pod web-2 is in /);
      assert.deepEqual(await looks(), ["web-0=v1", "web-1=v1", "web-2=v1"]);
      assert.deepEqual((await preview()).changes, []);
    });

    it("is promoted pod by pod by a rollout, and leaves the cluster as it was found", async () => {
      const { exitCode, stdout, stderr } = await rollout("v2");
      assert.equal(exitCode, 0, stdout + stderr);
      assert.match(stdout, /step 2 of 2: 66.7% of the pods on v2/);
      assert.deepEqual(await looks(), ["web-0=v2", "web-1=v2", "web-2=v2"]);
      assert.deepEqual((await preview()).changes, []);
      await down();
    });
  });

  describe("a worker that nobody calls", () => {
    const worker = (...changes: readonly StackChange[]) =>
      write(
        ...without("host", "canaryWeight", "ingressController"),
        set("strategy", "replicaRatio"),
        set("from", {
          manifests: writeObjects(storefront("ConfigMap/looks", "ServiceAccount/storefront", "Deployment/web")),
        }),
        set("versions", { v1: {}, v2: { replicas: 1, patch: newLook } }),
        ...changes,
      );

    it("runs two versions by the number of pods, and can't be asked", async () => {
      worker();
      await up();
      assert.deepEqual([await podsOf("sluice.dev/version=v1"), await podsOf("sluice.dev/version=v2")], [2, 1]);
      const { exitCode, stderr } = await sluice("verify", ...session);
      assert.equal(exitCode, 1);
      assert.match(stderr, /no Service selects the workload/);
    });

    it("is rolled out by counting its pods, goes back by undo, and leaves the cluster as it was found", async () => {
      worker(...without("canary"), set("rollout", { interval: "1s", steps: [{ replicas: 1 }], metrics: [] }));
      await up();
      assert.equal(await podsOf("sluice.dev/version=v2"), 0);
      const { exitCode, stdout, stderr } = await sluice("rollout", "--to", "v2", "--yes", ...session);
      assert.equal(exitCode, 0, stdout + stderr);
      const pods = async () => [await podsOf("sluice.dev/version=v1"), await podsOf("sluice.dev/version=v2")];
      assert.deepEqual(await pods(), [0, 2]);
      const undone = await sluice("undo", "--yes", ...session);
      assert.equal(undone.exitCode, 0, undone.stdout + undone.stderr);
      assert.match(undone.stdout, /not verified: no Service selects the workload/);
      assert.notDeepEqual(await pods(), [0, 2]);
      await down();
    });
  });
});
