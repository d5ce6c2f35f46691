import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { packageFolder } from "../../package-folder";
import { setMood } from "./support/mood";
import { answersOf, startLoad } from "./support/load";
import { kubectl, sluice, untilSo, whyNoLab } from "./support/lab";
import { deployPrometheus, removePrometheus } from "./support/prometheus";
import { host, namespace, onPlatform, platformAddress, usePlatform } from "./support/platform";
import { lastRollout, RunningRollout, settleLast } from "./support/rollouts";
import { removeStack, sessionOptions, set, testStack, writeStack, type StackChange } from "./support/stack";

const minutes = 60_000;
const source = "test/e2e/support/rollout-stack.yaml";

describe("rollouts on the lab, judged by ingress-nginx's metrics in Prometheus", function () {
  this.timeout(5 * minutes);

  const session = sessionOptions();
  let address = "";
  const rollOut = (to: string, ...more: string[]) =>
    new RunningRollout(["rollout", "--to", to, "--yes", ...session, ...more]);
  const values = () =>
    (
      parse(readFileSync(join(packageFolder, `Pulumi.${testStack}.yaml`), "utf8")) as {
        config: Record<string, unknown>;
      }
    ).config;
  const restart = async (...changes: StackChange[]) => {
    await settleLast(session);
    writeStack([...onPlatform, ...changes], source);
    const { exitCode, stdout, stderr } = await sluice("up", "--yes", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
  };
  const served = async () => answersOf(await startLoadFor(1));

  before(async function () {
    await usePlatform(this, whyNoLab());
    address = await platformAddress();
    await deployPrometheus("ingress-nginx");
  });

  after(async function () {
    if (this.currentTest?.isPending()) return;
    await removePrometheus("ingress-nginx");
    await sluice("down", "--yes", "--keep-cluster", ...session);
    removeStack();
  });

  /** Requests for so many seconds. */
  async function startLoadFor(seconds: number) {
    const load = startLoad(address, host);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return load.stop();
  }

  it("walks a good version to everybody, and loses no request of users on the way", async () => {
    await restart();
    // The controller writes an address into a new Ingress whether nginx has its host already or not (status.go).
    await untilSo("users are served", async () => isDeepStrictEqual(await served(), ["v1"]));
    const load = startLoad(address, host, { seconds: 2 });
    const running = rollOut("v2");
    const { exitCode, stderr } = await running.end();
    assert.equal(exitCode, 0, stderr + running.notices.join("\n"));
    assert.deepEqual(answersOf(await load.stop()), ["v1", "v2"]);
    assert.deepEqual(await served(), ["v2"]);
    const { "sluice:stable": stable, "sluice:canary": canary } = values();
    assert.deepEqual([stable, canary], ["v2", undefined]);
    const phases = [...new Set(running.states.map(({ phase }) => phase))];
    assert.deepEqual(phases, ["Initializing", "Initialized", "Progressing", "Promoting", "Finalising", "Succeeded"]);
    assert.deepEqual([...new Set(running.states.map(({ weight }) => weight))], [0, 50, 100]);
    const { phase, outcome, rounds } = await lastRollout(session);
    assert.deepEqual([phase, outcome], ["Succeeded", "v2 has taken the place of v1"]);
    assert.ok(
      rounds.some(({ checks }) => checks.some(({ name, value }) => name === "request-success-rate" && value === 100)),
    );
  });

  for (const [what, mood, metric] of [
    ["errors", { errors: 0.5 }, "request-success-rate"],
    ["latency", { latency: "900ms" }, "request-duration"],
  ] as const)
    it(`takes everybody back for ${what} that begin in the middle`, async () => {
      await restart();
      const load = startLoad(address, host, { seconds: 2 });
      const running = rollOut("v2");
      await running.until(({ step }) => step === 1);
      await setMood(namespace, "app=shop,version=v2", mood);
      const { exitCode } = await running.end();
      await load.stop();
      assert.equal(exitCode, 1, running.notices.join("\n"));
      const { phase, outcome = "", failedChecks } = await lastRollout(session);
      assert.equal(phase, "Failed");
      assert.match(outcome, new RegExp(`^2 of 2 failed rounds: .*${metric}`));
      assert.equal(failedChecks, 2);
      assert.deepEqual(await served(), ["v1"]);
      assert.equal(
        (await kubectl("get", "deployment", "shop-v2", "-n", namespace, "-o", "jsonpath={.spec.replicas}")).trim(),
        "0",
      );
      assert.equal(
        (await kubectl("get", "deployment", "shop-v1", "-n", namespace, "-o", "jsonpath={.spec.replicas}")).trim(),
        "2",
      );
    });

  it("takes everybody back for errors that begin after the promotion, and keeps the old pods until then", async () => {
    await restart(set("rollout/bake", "5m"));
    const load = startLoad(address, host, { seconds: 2 });
    const running = rollOut("v2");
    await running.until(({ phase }) => phase === "Baking");
    assert.deepEqual(await served(), ["v2"]);
    assert.equal(
      (await kubectl("get", "deployment", "shop-v1", "-n", namespace, "-o", "jsonpath={.status.readyReplicas}")).trim(),
      "2",
    );
    await setMood(namespace, "app=shop,version=v2", { errors: 0.5 });
    const { exitCode } = await running.end();
    await load.stop();
    assert.equal(exitCode, 1, running.notices.join("\n"));
    const { phase, outcome = "" } = await lastRollout(session);
    assert.equal(phase, "Failed");
    assert.match(outcome, /^after its promotion, 2 of 2 failed rounds: .*request-success-rate/);
    assert.deepEqual(await served(), ["v1"]);
    assert.equal(values()["sluice:stable"], "v1");
  });

  it("judges nothing while Prometheus is away, and goes on once it is back", async () => {
    await restart(set("rollout/inconclusiveLimit", 300));
    const load = startLoad(address, host, { seconds: 2 });
    const running = rollOut("v2");
    await running.until(({ step }) => step === 1);
    await kubectl("scale", "deployment", "prometheus", "-n", "monitoring", "--replicas", "0");
    await running.until(({ rounds }) => rounds.at(-1)?.verdict === "inconclusive");
    await kubectl("scale", "deployment", "prometheus", "-n", "monitoring", "--replicas", "1");
    const { exitCode, stderr } = await running.end();
    await load.stop();
    assert.equal(exitCode, 0, stderr + running.notices.join("\n"));
    const { failedChecks } = await lastRollout(session);
    assert.equal(failedChecks, 0);
  });

  it("takes everybody back by hand, told from another process", async () => {
    await restart();
    const running = rollOut("v2");
    await running.until(({ step }) => step === 1);
    const { exitCode, stdout } = await sluice("abort", ...session);
    assert.equal(exitCode, 0, stdout);
    assert.equal((await running.end()).exitCode, 1);
    assert.match((await lastRollout(session)).outcome ?? "", /^aborted by /);
    assert.deepEqual(await served(), ["v1"]);
  });

  it("refuses PromQL that Prometheus rejects before anything changes", async () => {
    const metrics = [{ name: "broken", query: "sum(rate(x[", thresholdRange: { min: 1 } }];
    await restart();
    writeStack([...onPlatform, set("rollout/metrics", metrics)], source);
    const before = readFileSync(join(packageFolder, `Pulumi.${testStack}.yaml`), "utf8");
    const { exitCode, stderr } = await rollOut("v2").end();
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /sluice:rollout\.metrics\.0\.query is \\?"sum\(rate\(x\[/);
    assert.equal(readFileSync(join(packageFolder, `Pulumi.${testStack}.yaml`), "utf8"), before);
  });
});
