import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiProxy, busyAtFirst } from "./support/api-proxy";
import { Repairs } from "./support/broken";
import { labEnvironment, sluiceIn } from "./support/lab";
import { answersOf } from "./support/load";
import { RunningRollout } from "./support/rollouts";
import { halfWay, RolloutScene } from "./support/scene";
import { testStack } from "./support/stack";

const minutes = 60_000;
const clockAhead = { NODE_OPTIONS: `--require "${join(__dirname, "support/clock-ahead.js")}"` };

describe("the way back on the lab, whatever happens to those who take it", function () {
  this.timeout(6 * minutes);

  const scene = new RolloutScene();
  const { session } = scene;
  const repairs = new Repairs();

  before(async function () {
    await scene.prepare(this);
    await scene.restart(...halfWay);
  });

  afterEach(() => repairs.run());

  after(async function () {
    await scene.clear(this);
  });

  it("waits for an API server that is away and busy, and a driver that was cut off steps down", async () => {
    const [theirs, ours] = [repairs.add(await ApiProxy.open()), repairs.add(await ApiProxy.open())];
    const here = ["--stack", testStack];
    const running = await scene.beginHalfWay(theirs.env, here);
    const load = scene.load();
    theirs.fault = () => "hung";
    theirs.breakOff();
    ours.fault = () => "reset";
    const aborting = sluiceIn(ours.env, "abort", ...here);
    await Promise.race([ours.until(() => ours.requests.length > 5), aborting]);
    ours.fault = busyAtFirst();
    const { exitCode, stdout, stderr } = await aborting;
    assert.equal(exitCode, 0, stdout + stderr);
    assert.deepEqual(answersOf(await load.stop()), ["v1", "v2"]);
    await scene.demandBack(/^aborted by /);
    theirs.fault = () => undefined;
    theirs.breakOff();
    const ended = await running.end();
    assert.equal(ended.exitCode, 1);
    assert.match(ended.stderr, /another driver has taken over rollout|has taken over the stack/);
    assert.deepEqual(await scene.served(), ["v1"]);
    await scene.run("up", "--yes");
    await scene.demandNoChanges();
  });

  it("needs neither a stack file that can be read nor Pulumi's state", async () => {
    const running = await scene.beginHalfWay();
    running.signal("SIGKILL");
    await running.end();
    const text = readFileSync(scene.file, "utf8");
    repairs.add({ mend: () => writeFileSync(scene.file, text) });
    writeFileSync(scene.file, "config: {");
    const said = await scene.runIn({ ...labEnvironment(), PULUMI_BACKEND_URL: "file:///nowhere" }, "abort");
    await repairs.run();
    assert.match(said, /write it with sluice settle /);
    assert.match(said, /Pulumi's state is behind .*: update it with sluice up/);
    await scene.demandBack(/^aborted by /);
    await scene.run("settle");
    await scene.run("up", "--yes");
    await scene.demandNoChanges();
  });

  it("is gone on wherever its driver is killed, by drivers whose clocks are a minute apart", async () => {
    const first = await scene.beginHalfWay(clockAhead);
    first.signal("SIGKILL");
    await first.end();
    const seen = new Set<string>();
    let running = new RunningRollout(["abort", ...session]);
    for (let kills = 0; ; kills += 1) {
      assert.ok(kills < 20, "it does not come to an end");
      const keyOf = ({ phase, weight, nextAt }: (typeof running.states)[number]) =>
        `${phase} ${weight} ${nextAt === undefined ? "busy" : "waiting"}`;
      const state = await running.until((one) => !seen.has(keyOf(one))).catch(() => undefined);
      if (!state) break;
      seen.add(keyOf(state));
      running.signal("SIGKILL");
      await running.end();
      running = scene.resume(kills % 2 === 0 ? clockAhead : {});
    }
    // A fast driver is past the other states before it is killed.
    assert.ok(seen.size > 0, "no driver was killed at a state");
    await scene.demandBack(/^aborted by /);
    await scene.demandNoChanges();
  });
});
