import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, servedBy } from "../ask";
import type { ExampleLife } from "../example";
import { kubectl } from "../lab";
import { answersOf, startLoad } from "../load";
import { deploymentsOf, ingressesOf } from "../objects";
import { set, without } from "../stack";

const image = "registry.lab/nginx:1.22";

/** Blue-green behind an Ingress: blue alone, trial, switch, retirement of blue, and back. */
export function blueGreenIngress(life: ExampleLife): void {
  const example = "blue-green-ingress";
  const hosts = [{ host: "www.test.com" }, { host: "preview.test.com" }];
  const green = set("activeColor", "green");

  /** What the preview's host answers once the controller has heard that its Ingress is gone: until then by pods that drain, or 503. */
  const previewOnceGone = async () => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const [, preview] = await ask(life.address, hosts);
      if (preview?.status === 404 || Date.now() > deadline) return preview?.status;
      await sleep(200);
    }
  };

  describe("blue-green behind an Ingress", () => {
    it("begins with blue alone, the example before it gone with its namespace", async () => {
      const { split } = await life.reach(example, ...without("colors/green", "route/previewHost"));
      assert.deepEqual(split, { v1: 1 });
      assert.deepEqual(await deploymentsOf("blue-green"), { "web-v1": [image, 2] });
      assert.equal(await kubectl("get", "namespace", "ab-test", "--ignore-not-found", "-o", "name"), "");
    });

    it("has green on trial at its own host, users stay on blue", async () => {
      const { split, rules } = await life.reach(example);
      assert.deepEqual(split, { v1: 1 });
      assert.deepEqual(rules, { "preview of green": { v2: 1 } });
      assert.deepEqual(await servedBy(life.address, hosts), ["web v1", "web v2"]);
    });

    it("loses no request by the switch, the retirement of blue and the way back", async () => {
      const load = startLoad(life.address, "www.test.com", { seconds: 2 });
      const switched = await life.reach(example, green);
      assert.deepEqual([...switched.changes].sort(), ["update Service web", "update Service web-preview"]);
      assert.deepEqual(switched.split, { v2: 1 });
      assert.deepEqual(await ingressesOf("blue-green"), { web: "web", "web-preview": "web-preview" });
      assert.deepEqual(await servedBy(life.address, hosts), ["web v2", "web v1"]);

      await life.reach(example, green, set("retireIdle", "scaleDown"));
      assert.deepEqual(await deploymentsOf("blue-green"), { "web-v1": [image, 0], "web-v2": [image, 2] });
      assert.equal(await previewOnceGone(), 404);

      const back = await life.reach(example, set("retireIdle", "scaleDown"));
      assert.deepEqual(back.split, { v1: 1 });
      assert.deepEqual(await deploymentsOf("blue-green"), { "web-v1": [image, 2], "web-v2": [image, 0] });
      assert.deepEqual(answersOf(await load.stop()), ["web v1", "web v2"]);
    });
  });
}
