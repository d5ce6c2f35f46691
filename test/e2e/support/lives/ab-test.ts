import assert from "node:assert/strict";
import { servedBy, type Asked } from "../ask";
import type { ExampleLife } from "../example";
import { set, without } from "../stack";

const host = "www.test.com";

/** The A/B test: page-a alone, group B on page-b, and page-b for everybody. */
export function abTest(life: ExampleLife): void {
  const alone = without("canary", "canaryWeight", "headerMatch", "cookieMatch");
  const users: readonly Asked[] = [
    { host },
    { host, headers: { Experiment: "checkout-b" } },
    { host, headers: { Experiment: "not-checkout-b" } },
    { host, headers: { Cookie: "experiment=always" } },
  ];
  const served = () => servedBy(life.address, users);
  const [a, b] = ["checkout page-a", "checkout page-b"];

  describe("A/B test", () => {
    it("begins with page-a alone", async () => {
      const { split } = await life.reach("ab-test", ...alone);
      assert.deepEqual(split, { "page-a": 1 });
      assert.deepEqual(await served(), [a, a, a, a]);
    });

    it("serves page-b to group B, and to nobody by chance", async () => {
      const { split, rules } = await life.reach("ab-test");
      assert.deepEqual(split, { "page-a": 1 });
      assert.deepEqual(rules, {
        "header Experiment = checkout-b": { "page-b": 1 },
        "cookie experiment = always": { "page-b": 1 },
        "cookie experiment = never": { "page-a": 1 },
      });
      assert.deepEqual(await served(), [a, b, a, b]);
    });

    it("serves one page to everybody once it has won", async () => {
      const won = await life.reach("ab-test", set("stable", "page-b"), ...alone);
      assert.deepEqual(won.split, { "page-b": 1 });
      assert.deepEqual(await served(), [b, b, b, b]);
    });
  });
}
