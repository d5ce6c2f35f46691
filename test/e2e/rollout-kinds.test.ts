import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { packageFolder } from "../../package-folder";
import { ask, servedBy } from "./support/ask";
import { exampleFile } from "./support/example";
import { kubectl, sluice, whyNoLab } from "./support/lab";
import { answersOf, startLoad } from "./support/load";
import { setMood } from "./support/mood";
import { host, namespace, onPlatform, platformAddress, usePlatform, withoutController } from "./support/platform";
import { lastRollout, RunningRollout, settleLast } from "./support/rollouts";
import { removeStack, sessionOptions, set, testStack, without, writeStack, type StackChange } from "./support/stack";

const minutes = 60_000;
const source = "test/e2e/support/rollout-stack.yaml";

/** Without Prometheus: requests of Sluice's own judge the canary. */
const probed = [
  set("rollout/prometheus", undefined),
  set("rollout/metrics", [{ name: "request-success-rate", thresholdRange: { min: 99 } }]),
];

/** Green is tried on a host of its own, for two rounds, and then everybody switches to it. */
const blueGreen = [
  ...without("stable", "rollout/stepWeight"),
  set("strategy", "blueGreen"),
  set("colors", { blue: "v1" }),
  set("activeColor", "blue"),
  set("route/previewHost", `preview.${host}`),
  set("rollout/iterations", 2),
];

describe(`rollouts of each kind on the lab`, function () {
  this.timeout(8 * minutes);

  const session = sessionOptions();
  let address = "";
  const begin = (...more: string[]) => new RunningRollout(["rollout", "--to", "v2", "--yes", ...session, ...more]);
  const restart = async (...changes: StackChange[]) => {
    await settleLast(session);
    writeStack([...onPlatform, ...probed, ...changes], source);
    const { exitCode, stdout, stderr } = await sluice("up", "--yes", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
  };
  const values = () => {
    const text = readFileSync(join(packageFolder, `Pulumi.${testStack}.yaml`), "utf8");
    return (parse(text) as { config: Record<string, unknown> }).config;
  };
  const served = () =>
    servedBy(address, new Array<{ host: string }>(20).fill({ host })).then((all) => [...new Set(all)]);

  before(async function () {
    await usePlatform(this, whyNoLab());
    address = await platformAddress();
  });

  after(async function () {
    if (this.currentTest?.isPending()) return;
    await sluice("down", "--yes", "--keep-cluster", ...session);
    removeStack();
  });

  it("by weight: promotes a good version without a failed request", async () => {
    await restart();
    const load = startLoad(address, host, { seconds: 2 });
    const running = begin();
    const { exitCode, stderr } = await running.end();
    assert.equal(exitCode, 0, stderr + running.notices.join("\n"));
    assert.deepEqual(answersOf(await load.stop()), ["v1", "v2"]);
    assert.deepEqual(await served(), ["v2"]);
  });

  it("by weight: takes users back from one whose requests fail, and scales it down", async () => {
    await restart(set("versions/v2/env", { VERSION: "v2", ERROR_RATE: "0.5" }));
    assert.equal((await begin().end()).exitCode, 1);
    const { outcome = "" } = await lastRollout(session);
    assert.match(outcome, /^2 of 2 failed rounds: request-success-rate is/);
    assert.deepEqual(await served(), ["v1"]);
    const { "sluice:stable": stable, "sluice:versions": versions } = values();
    assert.equal(stable, "v1");
    assert.equal((versions as Record<string, { replicas?: number }>)["v2"]?.replicas, 0);
  });

  it("without metrics: takes users back between two rounds, by what the controller counts", async () => {
    await restart(...without("rollout/metrics"), set("rollout/interval", "5m"), set("rollout/threshold", 1));
    const load = startLoad(address, host, { seconds: 2 });
    const running = begin();
    await running.until(({ step }) => step === 1);
    await setMood(namespace, "app=shop,version=v2", { errors: 1 });
    assert.equal((await running.end()).exitCode, 1);
    await load.stop();
    const { outcome = "", rounds } = await lastRollout(session);
    assert.match(
      outcome,
      /^1 of 1 failed rounds: .* requests on v2 failed in this step, .*: worse than 1\.5 times v1's/,
    );
    assert.equal(rounds.filter(({ step }) => step === 1).length, 1);
    assert.deepEqual(await served(), ["v1"]);
  });

  it("by rule: shows the canary to those whom a header chooses alone, and then promotes it", async () => {
    const match = { headerMatch: { name: "Region", value: "shenzhen" } };
    await restart(...without("rollout/stepWeight"), set("rollout/match", match), set("rollout/iterations", 3));
    const running = begin();
    await running.until(({ step }) => step === 1);
    const chosen = await ask(
      address,
      new Array<{ host: string; headers: { Region: string } }>(20).fill({ host, headers: { Region: "shenzhen" } }),
    );
    const [others, theirs] = [await served(), [...new Set(chosen.map(({ body }) => body.trim()))]];
    assert.deepEqual([others, theirs], [["v1"], ["v2"]]);
    assert.equal((await running.end()).exitCode, 0);
    const { rounds } = await lastRollout(session);
    assert.equal(rounds.filter(({ step, verdict }) => step === 1 && verdict === "passed").length, 3);
    assert.deepEqual(await served(), ["v2"]);
  });

  it("as the example has it: a pod more at each step, and as many as stable has at the end", async () => {
    await settleLast(session);
    // The example's own controller stands there already, as the whole lab's. Host and namespace are its manifests'.
    writeStack(withoutController, exampleFile("rollout"));
    const users = new Array<{ host: string }>(20).fill({ host: "app.example.com" });
    const { exitCode, stdout, stderr } = await sluice("up", "--yes", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    const running = new RunningRollout(["rollout", "--to", "green", "--yes", ...session]);
    const ended = await running.end();
    assert.equal(ended.exitCode, 0, ended.stderr + running.notices.join("\n"));
    assert.deepEqual([...new Set(running.states.map(({ weight }) => weight))], [0, 20, 40, 60, 80, 100]);
    const theirs = await servedBy(address, users);
    assert.deepEqual([...new Set(theirs)], ["green"]);
    const pods = await kubectl(
      "get",
      "deployment",
      "podinfo-green",
      "-n",
      "default",
      "-o",
      "jsonpath={.spec.replicas}",
    );
    assert.equal(pods, "4");
  });

  it("blue-green: tries the idle color without users, and switches", async () => {
    await restart(...blueGreen);
    const load = startLoad(address, host, { seconds: 2 });
    const running = begin();
    const { exitCode, stderr } = await running.end();
    assert.equal(exitCode, 0, stderr + running.notices.join("\n"));
    assert.deepEqual(answersOf(await load.stop()), ["v1", "v2"]);
    assert.deepEqual([values()["sluice:activeColor"], await served()], ["green", ["v2"]]);
  });

  it("blue-green: never shows users an idle color that fails its checks", async () => {
    await restart(...blueGreen, set("rollout/iterations", 5), set("rollout/interval", "3s"));
    const load = startLoad(address, host, { seconds: 2 });
    const running = begin();
    await running.until(({ step }) => step === 1);
    await setMood(namespace, "app=shop,version=v2", { errors: 1 });
    assert.equal((await running.end()).exitCode, 1);
    await sleep(500);
    assert.deepEqual(answersOf(await load.stop()), ["v1"]);
    assert.deepEqual(values()["sluice:activeColor"], "blue");
  });
});
