import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Preview } from "../../engine/engine";
import type { RolloutView } from "../../rollout/dashboard";
import { ApiProxy } from "./support/api-proxy";
import { kubectl, sluice, sluiceJson } from "./support/lab";
import { namespace } from "./support/platform";
import { lastRollout, RunningRollout } from "./support/rollouts";
import { RolloutScene } from "./support/scene";
import { set, testStack, without } from "./support/stack";

const minutes = 60_000;

describe("rollouts on the lab that something happens to", function () {
  this.timeout(6 * minutes);

  const scene = new RolloutScene();
  const { file, session } = scene;
  const begin = (...more: string[]) => scene.begin(...more);

  before(async function () {
    await scene.prepare(this);
  });

  after(async function () {
    await scene.clear(this);
  });

  it("killed at every state it comes to, and resumed each time, ends as if nothing had been", async () => {
    await scene.restart();
    const seen = new Set<string>();
    const keyOf = ({ phase, step, nextAt }: RolloutView) =>
      `${phase} ${step} ${nextAt === undefined ? "busy" : "waiting"}`;
    const weights: number[] = [];
    let running = begin();
    for (let kills = 0; ; kills += 1) {
      assert.ok(kills < 40, "it does not come to an end");
      const state = await running.until((one) => !seen.has(keyOf(one)));
      seen.add(keyOf(state));
      weights.push(state.weight);
      if (state.phase === "Succeeded") break;
      running.signal("SIGKILL");
      await running.end();
      running = scene.resume();
    }
    assert.equal((await running.end()).exitCode, 0);
    assert.deepEqual(
      [...new Set(weights)].sort((left, right) => left - right),
      [0, 50, 100],
    );
    assert.ok(seen.size >= 9, [...seen].join(", "));
    assert.deepEqual(await scene.served(), ["v2"]);
    const { rounds } = await lastRollout(session);
    assert.deepEqual([...new Set(rounds.map(({ step }) => step))], [0, 1, 2]);
  });

  it("refuses a second driver, and is not disturbed by it", async () => {
    await scene.restart(
      set("rollout/steps", [{ weight: 50, pause: "approval" }, { weight: 100 }]),
      ...without("rollout/stepWeight"),
    );
    const running = begin();
    await running.until(({ step }) => step === 1);
    const second = await new RunningRollout(["rollout", "--to", "v3", "--yes", ...session]).end();
    assert.equal(second.exitCode, 1);
    assert.match(second.stderr, /.+@.+ \(process \d+\) is driving a rollout/);
    const machine = { XDG_STATE_HOME: "/tmp/sluice-other-machine" };
    const elsewhere = await new RunningRollout(["rollout", "--to", "v3", "--yes", ...session], machine).end();
    assert.equal(elsewhere.exitCode, 1);
    assert.match(elsewhere.stderr, /.+@.+ \(process \d+\) is driving a rollout/);
    await running.until(({ actions, step }) => step === 1 && actions.includes("approve"));
    await scene.run("approve");
    assert.equal((await running.end()).exitCode, 0);
    assert.deepEqual(await scene.served(), ["v2"]);
  });

  it("goes on after the API server was away for so long that somebody else might have taken it", async () => {
    await scene.restart();
    const proxy = await ApiProxy.open();
    try {
      const running = new RunningRollout(["rollout", "--to", "v2", "--yes", "--stack", testStack], proxy.env);
      await running.until(({ step }) => step === 1);
      proxy.fault = () => "reset";
      proxy.breakOff();
      await running.untilTold(/could not be renewed for 10 s, .*; the rollout continues once the cluster answers/);
      proxy.fault = () => undefined;
      const { exitCode, stderr } = await running.end();
      assert.equal(exitCode, 0, stderr + running.notices.join("\n"));
      assert.deepEqual(await scene.served(), ["v2"]);
    } finally {
      proxy.close();
    }
  });

  it("starts over from 0 when another version arrives in the middle", async () => {
    await scene.restart(
      set("rollout/steps", [{ weight: 50, pause: "approval" }, { weight: 100 }]),
      ...without("rollout/stepWeight"),
    );
    const running = begin();
    const before = await running.until(({ step, paused }) => step === 1 && paused !== undefined);
    writeFileSync(file, readFileSync(file, "utf8").replace("{ VERSION: v2 }", "{ VERSION: v2, BUILD: next }"));
    await running.until(({ id, step }) => id > before.id && step === 1);
    const first = running.states.findLast(({ id }) => id === (running.states.at(-1)?.id ?? 0) - 1);
    assert.equal(first?.outcome, "superseded by another v2");
    const restarted = running.states.filter(({ id }) => id === running.states.at(-1)?.id);
    assert.deepEqual(restarted[0] && [restarted[0].step, restarted[0].weight], [0, 0]);
    await running.until(
      ({ id, step, actions }) => id === restarted[0]?.id && step === 1 && actions.includes("approve"),
    );
    await scene.run("approve");
    assert.equal((await running.end()).exitCode, 0);
    assert.deepEqual(await scene.served(), ["v2"]);
  });

  it("goes back where Ctrl-C is to do so, and otherwise leaves users where they are", async () => {
    await scene.restart();
    const back = begin("--on-interrupt", "rollback");
    await back.until(({ step }) => step === 1);
    back.signal("SIGINT");
    await back.end();
    assert.equal((await lastRollout(session)).outcome, "aborted by Ctrl-C");
    assert.deepEqual(await scene.served(), ["v1"]);

    await scene.restart();
    const staying = begin();
    await staying.until(({ step, nextAt }) => step === 1 && nextAt !== undefined);
    staying.signal("SIGINT");
    assert.equal((await staying.end()).exitCode, 130);
    assert.deepEqual(await scene.served(), ["v1", "v2"]);
    await scene.run("abort");
    assert.deepEqual(await scene.served(), ["v1"]);
  });

  it("is taken back without the stack's file, which then says nothing against it", async () => {
    await scene.restart(
      set("rollout/steps", [{ weight: 50, pause: "approval" }, { weight: 100 }]),
      ...without("rollout/stepWeight"),
    );
    const running = begin();
    await running.until(({ step, nextAt }) => step === 1 && nextAt !== undefined);
    running.signal("SIGKILL");
    await running.end();
    const text = readFileSync(file, "utf8");
    rmSync(file);
    try {
      await scene.run("abort");
      assert.deepEqual(await scene.served(), ["v1"]);
    } finally {
      writeFileSync(file, text);
    }
    const { changes, trafficAfter } = await sluiceJson<Preview>("preview", ...session);
    assert.deepEqual(changes, []);
    assert.match(
      trafficAfter.join("\n"),
      /rolled back to v1; this stays in force until .* write it with sluice settle/,
    );
    writeFileSync(
      file,
      text.replace("sluice:stable: v1", "sluice:stable: v1\n  sluice:canary: v2\n  sluice:canaryWeight: 50"),
    );
    const refused = await sluice("up", "--yes", ...session);
    assert.equal(refused.exitCode, 3, refused.stdout + refused.stderr);
    assert.match(
      refused.stderr + refused.stdout,
      /rolled users back from v2 \(aborted by .*\), and this update would send/,
    );
    writeFileSync(file, text);
    await scene.run("settle");
    assert.match(readFileSync(file, "utf8"), /^ {2}sluice:canaryWeight: 0$/m);
  });

  it("gives up where the deadline passes", async () => {
    const hanging = await listen(() => undefined);
    const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/`;
    const webhooks = [{ name: "load test", type: "rollout", url, timeout: "5m" }];
    await scene.restart(set("rollout/progressDeadline", "20s"), set("rollout/webhooks", webhooks));
    const { exitCode } = await begin().end();
    hanging.closeAllConnections();
    hanging.close();
    assert.equal(exitCode, 1);
    assert.match((await lastRollout(session)).outcome ?? "", /^no progress within 20 s/);
    assert.deepEqual(await scene.served(), ["v1"]);
  });

  it("asks webhooks in their order, and goes back where one says so", async () => {
    const asked: string[] = [];
    let answers = (type: string) => (type === "rollback" ? 404 : 200);
    const server = await listen((type) => {
      asked.push(type);
      return answers(type);
    });
    const { port } = server.address() as AddressInfo;
    const types = [
      "confirm-rollout",
      "pre-rollout",
      "rollout",
      "confirm-traffic-increase",
      "confirm-promotion",
      "post-rollout",
      "rollback",
      "event",
    ];
    const webhooks = types.map((type) => ({ name: type, type, url: `http://127.0.0.1:${port}/${type}` }));
    try {
      await scene.restart(set("rollout/webhooks", webhooks));
      assert.equal((await begin().end()).exitCode, 0);
      const firsts = [...new Set(asked)].filter((type) => !["event", "rollback"].includes(type));
      assert.deepEqual(firsts, [
        "confirm-rollout",
        "pre-rollout",
        "rollout",
        "confirm-traffic-increase",
        "confirm-promotion",
        "post-rollout",
      ]);
      assert.ok(asked.includes("event"));

      await scene.restart(set("rollout/webhooks", webhooks));
      const running = begin();
      await running.until(({ step }) => step === 1);
      answers = () => 200;
      assert.equal((await running.end()).exitCode, 1);
      assert.match((await lastRollout(session)).outcome ?? "", /webhook rollback asks for a rollback/);
      assert.deepEqual(await scene.served(), ["v1"]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("pauses, resumes, and is promoted by hand", async () => {
    await scene.restart(
      set("rollout/steps", [
        { weight: 50, pause: "1h" },
        { weight: 100, pause: "1h" },
      ]),
      ...without("rollout/stepWeight"),
    );
    const running = begin();
    await running.until(({ step }) => step === 1);
    await scene.run("pause");
    await running.until(({ paused }) => paused?.startsWith("paused by") ?? false);
    await scene.run("resume");
    await scene.run("promote");
    assert.equal((await running.end()).exitCode, 0);
    assert.deepEqual(await scene.served(), ["v2"]);
    const { exitCode, stderr } = await sluice("abort", ...session);
    assert.equal(exitCode, 1);
    assert.match(stderr, /abort isn't possible now; go back with sluice undo/);
  });

  it("leaves nothing of itself with the workload but its records", async () => {
    const names = await kubectl("get", "leases", "-n", namespace, "-o", "name");
    assert.equal(names.trim(), "");
  });
});

/** A webhook's server that answers with the status given for the path, or not at all. */
async function listen(answer: (path: string) => number | undefined): Promise<Server> {
  const server = createServer((request, response) => {
    const status = answer((request.url ?? "/").slice(1));
    request.resume().on("end", () => status !== undefined && response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
