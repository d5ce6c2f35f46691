import assert from "node:assert/strict";
import { imageIsPinned } from "../../policies/image-is-pinned";
import { noTokenAutomount } from "../../policies/no-token-automount";
import { stableKeepsReplicas } from "../../policies/stable-keeps-replicas";
import { canaryWeightStep } from "../../policies/canary-weight-step";
import { governed } from "../../policies/support/governed";
import { check, mend } from "./support/check";
import { deployment, ingress, service } from "./support/objects";
import { canaryPlan, release } from "./support/plans";

describe("an exception", () => {
  const exception = (more: object = {}) => ({
    exceptions: [{ owner: "team-shop", reason: "the vendor's image has no tags", until: "2999-12-31", ...more }],
  });
  const unpinned = deployment({ container: { image: "nginx" } });
  const pinned = async (config: object) => (await check(imageIsPinned, [unpinned], config)).violations;

  for (const place of [{}, { namespace: "demo" }, { namespace: "demo", name: "nginx-v1" }, { only: ["no tag"] }])
    it(`lets pass what it is about: ${JSON.stringify(place)}`, async () =>
      assert.deepEqual(await pinned(exception(place)), []));

  for (const place of [{ namespace: "shop" }, { namespace: "demo", name: "nginx-v2" }, { only: ["digest"] }])
    it(`lets nothing else pass: ${JSON.stringify(place)}`, async () =>
      assert.equal((await pinned(exception(place))).length, 1));

  it("holds until the end of its last day, and its policy then says who had asked for it", async () => {
    const today = new Date().toISOString().slice(0, 10);
    assert.deepEqual(await pinned(exception({ until: today })), []);
    const [message = ""] = await pinned(exception({ until: "2026-01-31" }));
    assert.match(message, / \(the exception of team-shop ended on 2026-01-31: the vendor's image has no tags\)$/);
  });

  it("is known by the object that a policy of the stack names", async () => {
    const empty = [ingress(), service(), deployment({ replicas: 0 })];
    const keeps = async (config: object) => (await check(stableKeepsReplicas, empty, config)).violations.length;
    assert.deepEqual([await keeps(exception({ name: "nginx" })), await keeps(exception({ name: "other" }))], [0, 1]);
  });

  it("may be about the plan, which has no namespace", async () => {
    const jump = [release(canaryPlan("v1", "v2", 100), canaryPlan("v1"))];
    const steps = async (config: object) => (await check(canaryWeightStep, jump, config)).violations.length;
    assert.deepEqual([await steps(exception()), await steps(exception({ namespace: "demo" }))], [0, 1]);
  });

  it("keeps an object from being mended, too", async () => {
    assert.notEqual(await mend(noTokenAutomount, deployment()), undefined);
    assert.equal(await mend(noTokenAutomount, deployment(), exception({ namespace: "demo" })), undefined);
  });

  it("needs a day that there is", () => {
    const { problems } = governed(imageIsPinned);
    assert.deepEqual(problems?.(exception()), []);
    assert.match(
      problems?.(exception({ until: "2027-02-30" }))[0] ?? "",
      /^exceptions\.0\.until is "2027-02-30": it must/,
    );
  });
});
