import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { packageFolder } from "../../../../package-folder";
import { servedBy } from "../ask";
import type { ExampleLife } from "../example";
import { kubectl } from "../lab";
import { answersOf, startLoad } from "../load";
import { deploymentsOf } from "../objects";
import { set, without, type StackChange } from "../stack";

const example = "blue-green";
const myapp = (version: string, pods: number) => [`registry.lab/myapp:${version}`, pods];
const users = { host: "myapp", port: 30080 };
const testers = { host: "myapp", port: 30081 };
/** Fifty connections a second, each with one request: a Service chooses a pod for a connection. */
const load = (life: ExampleLife) => startLoad(life.address, users.host, { port: users.port, seconds: 2 });

/** Blue-green behind a Service: blue alone, trial, switch, back, scaled down, removed, and a switch that can't be. */
export function blueGreen(life: ExampleLife): void {
  const green = set("activeColor", "green");
  // The example has ten of each, which would take this machine most of the time.
  const fewPods = ["v1", "v2"].map((version) => set(`versions/${version}/replicas`, 3));
  const reach = (...changes: readonly StackChange[]) => life.reach(example, ...fewPods, ...changes);

  describe("blue-green behind a Service", () => {
    it("begins with blue alone, in place of the example before it", async () => {
      const { split } = await reach(...without("colors/green"));
      assert.deepEqual(split, { v1: 1 });
      assert.deepEqual(await deploymentsOf("default"), { "myapp-v1": myapp("v1", 3) });
    });

    it("has green on trial at a port of its own, users stay on blue", async () => {
      const { split, rules } = await reach();
      assert.deepEqual(split, { v1: 1 });
      assert.deepEqual(rules, { "preview of green": { v2: 1 } });
      assert.deepEqual(await servedBy(life.address, [users, testers]), ["myapp v1", "myapp v2"]);
    });

    it("switches and switches back by the Services' selectors, and loses no request", async () => {
      const running = load(life);
      const { changes, split } = await reach(green);
      assert.deepEqual([...changes].sort(), ["update Service myapp", "update Service myapp-preview"]);
      assert.deepEqual(split, { v2: 1 });
      assert.deepEqual(await servedBy(life.address, [users, testers]), ["myapp v2", "myapp v1"]);
      assert.deepEqual((await reach()).split, { v1: 1 });
      assert.deepEqual(answersOf(await running.stop()), ["myapp v1", "myapp v2"]);
    });

    it("scales the idle color down, and up again before users come back", async () => {
      const { split } = await reach(green, set("retireIdle", "scaleDown"));
      assert.deepEqual(split, { v2: 1 });
      assert.deepEqual(await deploymentsOf("default"), { "myapp-v1": myapp("v1", 0), "myapp-v2": myapp("v2", 3) });
      const running = load(life);
      const back = await reach(set("retireIdle", "scaleDown"));
      assert.deepEqual(back.split, { v1: 1 });
      assert.deepEqual(await deploymentsOf("default"), { "myapp-v1": myapp("v1", 3), "myapp-v2": myapp("v2", 0) });
      assert.deepEqual(answersOf(await running.stop()), ["myapp v1", "myapp v2"]);
    });

    it("removes the idle color", async () => {
      const { split } = await reach(set("retireIdle", "remove"));
      assert.deepEqual(split, { v1: 1 });
      assert.deepEqual(await deploymentsOf("default"), { "myapp-v1": myapp("v1", 3) });
    });

    it("leads nobody to a color that never becomes ready, and Ctrl-C leaves users where they are", async () => {
      const keptAlone = set("retireIdle", "remove");
      const unpublished = set("versions/v3", { image: "172.16.80.140/myapp/myapp:v3", replicas: 1 });
      life.edit(example, ...fewPods, keptAlone, unpublished, set("colors/green", "v3"), green);
      const running = load(life);
      const update = execa("node", ["cli/sluice.js", "up", "--yes", ...life.session], {
        cwd: packageFolder,
        reject: false,
      });
      try {
        await untilImageIsMissing("version=v3");
        // Long enough for a switch that did not wait for the pods.
        await sleep(3000);
        assert.equal(update.exitCode, null, "the update still waits for the pods");
      } finally {
        update.kill("SIGINT");
      }
      const { exitCode, stderr } = await update;
      assert.equal(exitCode, 130, stderr);
      assert.deepEqual(answersOf(await running.stop()), ["myapp v1"]);
      const { split } = await reach(keptAlone);
      assert.deepEqual(split, { v1: 1 });
      assert.deepEqual(await deploymentsOf("default"), { "myapp-v1": myapp("v1", 3) });
    });
  });
}

/** Waits until a pod says that its image can't be had. */
async function untilImageIsMissing(labels: string): Promise<void> {
  const reason = "jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}";
  const deadline = Date.now() + 60_000;
  while (!/ErrImagePull|ImagePullBackOff/.test(await kubectl("get", "pods", "-l", labels, "-o", reason))) {
    assert.ok(Date.now() < deadline, "no pod asked for the image that is missing");
    await sleep(500);
  }
}
