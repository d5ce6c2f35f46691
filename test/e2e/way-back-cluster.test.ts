import assert from "node:assert/strict";
import { ApiProxy, type SeenRequest } from "./support/api-proxy";
import { breakMetricsApi, breakWebhook, cordonNode, Repairs } from "./support/broken";
import { kubectl, sluiceIn, untilSo } from "./support/lab";
import { answersOf } from "./support/load";
import { namespace } from "./support/platform";
import { RunningRollout } from "./support/rollouts";
import { halfWay, RolloutScene } from "./support/scene";
import { set, testStack } from "./support/stack";

const minutes = 60_000;

describe("the way back on the lab, whatever of the cluster is broken", function () {
  this.timeout(6 * minutes);

  const scene = new RolloutScene();
  const { session } = scene;
  const repairs = new Repairs();

  before(async function () {
    await scene.prepare(this);
    const probes = { path: "/healthz" };
    const env = { VERSION: "v3", CRASH_AFTER: "4s" };
    const autoscaling = { minReplicas: 1, maxReplicas: 2 };
    await scene.restart(
      ...halfWay,
      // Without pods a canary can't be judged: that alone must not take users back before somebody does.
      set("rollout/inconclusiveLimit", 1000),
      set("versions/v3", { image: "registry.lab/moody:1", port: 8080, env, probes, autoscaling }),
    );
  });

  afterEach(() => repairs.run());

  after(async function () {
    await scene.clear(this);
  });

  it("waits for no webhook of another controller but one that its routes must pass", async () => {
    const proxy = repairs.add(await ApiProxy.open());
    const running = await scene.beginHalfWay(proxy.env, ["--stack", testStack]);
    repairs.add(
      await breakWebhook("others", {
        "": ["pods", "services"],
        apps: ["deployments", "replicasets"],
        autoscaling: ["horizontalpodautoscalers"],
      }),
    );
    const ofRoutes = repairs.add(await breakWebhook("routes", { "networking.k8s.io": ["ingresses"] }));
    const aborting = sluiceIn(proxy.env, "abort", "--stack", testStack);
    const isRefused = ({ method, path, status }: SeenRequest) =>
      method === "PATCH" && path.includes("/ingresses/") && status === 500;
    await Promise.race([proxy.until(isRefused), aborting]);
    await ofRoutes.mend();
    const { exitCode, stdout, stderr } = await aborting;
    assert.equal(exitCode, 0, stdout + stderr);
    assert.equal((await running.end()).exitCode, 1);
    await scene.demandBack(/^aborted by /);
    await repairs.run();
    await scene.run("up", "--yes");
    await scene.demandNoChanges();
  });

  it("does not wait for pods that no node takes, a stable that lacks some, or metrics that nobody serves", async () => {
    const running = await scene.beginHalfWay();
    repairs.add(await cordonNode());
    repairs.add(await breakMetricsApi());
    const pods = (version: string) => ["pods", "-n", namespace, "-l", `app=shop,version=${version}`, "-o", "name"];
    const [stable = ""] = (await kubectl("get", ...pods("v1"))).split("\n");
    const canary = (await kubectl("get", ...pods("v2"))).trim().split("\n");
    const load = scene.load();
    await kubectl("delete", "-n", namespace, "--wait=false", stable, ...canary);
    await untilSo("pods of both versions wait for a node", async () => {
      const pending = await kubectl(
        "get",
        "pods",
        "-n",
        namespace,
        "--field-selector=status.phase=Pending",
        "-o",
        "name",
      );
      return pending.trim().split("\n").length >= 1 + canary.length;
    });
    await scene.run("abort");
    assert.deepEqual(answersOf(await load.stop()), ["v1", "v2"]);
    assert.equal((await running.end()).exitCode, 1);
    await scene.demandBack(/^aborted by /);
    await repairs.run();
    await scene.demandNoChanges();
  });

  it("is taken without anybody from a canary that crashes again and again under an autoscaler", async () => {
    const running = new RunningRollout(["rollout", "--to", "v3", "--yes", ...session]);
    assert.equal((await running.end()).exitCode, 1);
    await scene.demandBack(/pod shop-v3-\S+ is in CrashLoopBackOff|does not become ready/);
    await scene.demandNoChanges();
  });
});
