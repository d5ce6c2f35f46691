import assert from "node:assert/strict";
import type { PlanVerdict } from "../../../../traffic/verdict";
import { servedBy, type Asked } from "../ask";
import { countsOf, type ExampleLife } from "../example";
import { sluiceJson } from "../lab";
import { answersOf, startLoad } from "../load";
import { ingressesOf } from "../objects";
import { set, without } from "../stack";

const host = "www.test.com";

/** The canary by weight: alone, 10%, 50%, promotion, rollback. */
export function canaryByWeight(life: ExampleLife): void {
  const alone = without("canary", "canaryWeight");

  describe("canary by weight", () => {
    it("begins with the first version alone", async () => {
      life.edit("canary-by-weight", ...alone);
      const { verdict } = await sluiceJson<{ verdict: PlanVerdict }>("start", ...life.session);
      assert.deepEqual(countsOf(verdict), { v1: 400 });
      assert.deepEqual(await ingressesOf("default"), { nginx: "nginx" });
    });

    it("puts 10% on trial by one more Ingress, with a Service of its own", async () => {
      const { changes, split } = await life.reach("canary-by-weight");
      assert.deepEqual([...changes].sort(), ["create Ingress nginx-canary", "create Service nginx-canary"]);
      assert.deepEqual(split, { v1: 0.9, v2: 0.1 });
      assert.deepEqual(await ingressesOf("default"), { nginx: "nginx", "nginx-canary": "nginx-canary" });
    });

    it("puts 50% on trial by changing that Ingress", async () => {
      const { changes, split } = await life.reach("canary-by-weight", set("canaryWeight", 50));
      assert.deepEqual(changes, ["update Ingress nginx-canary"]);
      assert.deepEqual(split, { v1: 0.5, v2: 0.5 });
    });

    it("loses no request by the promotion and the way back", async () => {
      const load = startLoad(life.address, host, { seconds: 2 });
      const promoted = await life.reach("canary-by-weight", set("stable", "v2"), ...alone);
      assert.deepEqual(promoted.split, { v2: 1 });
      assert.deepEqual(await ingressesOf("default"), { nginx: "nginx" });
      const back = await life.reach("canary-by-weight", ...alone);
      assert.deepEqual(back.changes, ["update Service nginx"]);
      assert.deepEqual(back.split, { v1: 1 });
      assert.deepEqual(await ingressesOf("default"), { nginx: "nginx" });
      assert.deepEqual(answersOf(await load.stop()), ["nginx-v1", "nginx-v2"]);
    });
  });
}

/** The canary by header: the trial; promotion and rollback are those of the canary by weight. */
export function canaryByHeader(life: ExampleLife): void {
  const from = (Region?: string): Asked => ({ host, headers: { Region } });
  const regions = [from(), from("beijing"), from("shanghai"), from("shenzhen")];

  describe("canary by header", () => {
    it("has on trial who comes from shenzhen, and nobody else", async () => {
      const { split, rules } = await life.reach("canary-by-header");
      assert.deepEqual(split, { v1: 1 });
      assert.deepEqual(rules, { "header Region ~ shenzhen": { v2: 1 } });
      const served = await servedBy(life.address, regions);
      assert.deepEqual(served, ["nginx-v1", "nginx-v1", "nginx-v1", "nginx-v2"]);
    });
  });
}

/** The canary by cookie: the trial. */
export function canaryByCookie(life: ExampleLife): void {
  const having = (Cookie: string): Asked => ({ host, headers: { Cookie } });
  const users = ["user_from_beijing", "user_from_shenzhen", "user_from_shenzhen=always"].map(having);

  describe("canary by cookie", () => {
    it("has on trial who has the cookie with the value always, and nobody else", async () => {
      const { split, rules } = await life.reach("canary-by-cookie");
      assert.deepEqual(split, { v1: 1 });
      assert.deepEqual(rules, {
        "cookie user_from_shenzhen = always": { v2: 1 },
        "cookie user_from_shenzhen = never": { v1: 1 },
      });
      assert.deepEqual(await servedBy(life.address, users), ["nginx-v1", "nginx-v1", "nginx-v2"]);
    });
  });
}
