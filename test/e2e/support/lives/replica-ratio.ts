import assert from "node:assert/strict";
import type { PlanVerdict } from "../../../../traffic/verdict";
import { countsOf, type ExampleLife } from "../example";
import { sluiceJson } from "../lab";
import { deploymentsOf } from "../objects";
import { set, without } from "../stack";

const nginx = (version: string) => `registry.lab/nginx-unprivileged:${version}`;

/** The ratio of replicas: alone, a quarter, promotion, rollback. */
export function replicaRatio(life: ExampleLife): void {
  const example = "replica-ratio";
  const alone = without("canary");

  describe("replica ratio", () => {
    it("begins with the first version alone, with three pods", async () => {
      life.edit(example, ...alone);
      const { verdict } = await sluiceJson<{ verdict: PlanVerdict }>("start", ...life.session);
      assert.deepEqual(countsOf(verdict), { "v1-27": 400 });
      assert.deepEqual(await deploymentsOf("default"), { "nginx-deployment": [nginx("1.27.4"), 3] });
    });

    it("has a quarter of the connections on trial by one pod of four, and says so", async () => {
      const { trafficBefore, trafficAfter } = await life.preview(example);
      assert.equal(trafficBefore?.[0], "port 32600 of every node: 100% v1-27 (no canary)");
      const quarter = "port 32600 of every node: about 75% v1-27, 25% v1-28, as 1 of 4 pods are v1-28's";
      assert.equal(trafficAfter[0], quarter);
      const { changes, split } = await life.reach(example);
      assert.deepEqual(changes, ["create Deployment nginx-deployment-canary"]);
      assert.deepEqual(split, { "v1-27": 0.75, "v1-28": 0.25 });
      assert.deepEqual(await deploymentsOf("default"), {
        "nginx-deployment": [nginx("1.27.4"), 3],
        "nginx-deployment-canary": [nginx("1.28.0"), 1],
      });
    });

    it("gives the Deployment the new image by the promotion, and the canary goes", async () => {
      const threePods = set("versions/v1-28/replicas", 3);
      const { changes, split } = await life.reach(example, set("stable", "v1-28"), threePods, ...alone);
      assert.deepEqual(changes, ["update Deployment nginx-deployment", "delete Deployment nginx-deployment-canary"]);
      assert.deepEqual(split, { "v1-28": 1 });
      assert.deepEqual(await deploymentsOf("default"), { "nginx-deployment": [nginx("1.28.0"), 3] });
    });

    it("gives it the old image back by the rollback", async () => {
      const { changes, split } = await life.reach(example, ...alone);
      assert.deepEqual(changes, ["update Deployment nginx-deployment"]);
      assert.deepEqual(split, { "v1-27": 1 });
      assert.deepEqual(await deploymentsOf("default"), { "nginx-deployment": [nginx("1.27.4"), 3] });
    });
  });
}
