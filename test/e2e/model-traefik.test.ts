import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder";
import { applyPlans, placePlan, type PlacedPlan } from "./support/data-plane";
import { affinityPlans, liveWithAffinity } from "./support/data-plane-affinity";
import { differences } from "./support/data-plane-differences";
import { count, serve, type Target } from "./support/data-plane-requests";
import { bringUpTraefik, placeDifference, requestOf, settle, takeDown } from "./support/data-plane-suite";
import { useLab, whyNoLab } from "./support/lab";

const minutes = 60_000;

describe("Traefik differs from the model where docs/traefik.md says so", function () {
  this.timeout(10 * minutes);

  let controller: Target;
  let affinity: Awaited<ReturnType<typeof affinityPlans>>;
  const all = differences.flatMap((difference) => difference.shown.map((shown) => ({ difference, shown })));
  let served: readonly string[] = [];

  before(async function () {
    await useLab(this, whyNoLab(), "traefik");
    controller = await bringUpTraefik();
    affinity = await affinityPlans();
    const roundRobin = await placePlan("turns", { "sluice:host": "turns.test", "sluice:canaryWeight": 10 });
    const differing: PlacedPlan[] = [];
    for (const difference of differences) differing.push(...(await placeDifference(difference)));
    // The one that is waited for comes last: once it is served, Traefik has heard of all before it.
    await applyPlans([...differing, affinity.sticky, affinity.legacy, roundRobin]);
    await settle(controller, [roundRobin]);
    served = await serve(all.map(({ difference, shown }) => [controller, requestOf(difference, shown)]));
  });

  after(async function () {
    if (!this.currentTest?.isPending()) await takeDown();
  });

  for (const [index, { difference, shown }] of all.entries())
    it(`${difference.title}: ${JSON.stringify(shown.asked)} of ${difference.name}`, () => {
      assert.equal(served[index], shown.traefik);
    });

  it("Weights: exactly ten of a hundred at weight 10, every time", async () => {
    for (const _ of [1, 2, 3]) {
      const turns = await count([[controller, { host: "turns.test", path: "/" }]], { requests: 100, seconds: 0.5 });
      assert.deepEqual(turns, [{ counts: { v1: 90, v2: 10 }, failures: {} }]);
    }
  });

  it("Affinity: two cookies, rules first, and no way to let a canary's users go", async () => {
    const { sticky, legacy } = affinity;
    const life = {
      given: ["INGRESSCOOKIE", "INGRESSCOOKIE-wrr"],
      stable: ["v1", "v1", "v1", "v1"],
      canary: ["v2", "v2", "v2", "v2"],
      stableByHeader: "v2",
      broughtByHeader: ["v1", "v1", "v2", "v2"],
      foreign: ["v1", "v2"],
    };
    assert.deepEqual(await liveWithAffinity(controller.address, sticky), life);
    assert.deepEqual(await liveWithAffinity(controller.address, legacy), life);
  });

  it("shows all that docs/traefik.md lists", () => {
    const headings = readFileSync(join(packageFolder, "docs", "traefik.md"), "utf8").match(/(?<=^## ).*$/gm) ?? [];
    const shown = [...differences.map(({ title }) => title), "Weights", "Affinity"];
    assert.deepEqual([...headings].sort(), [...new Set(shown)].sort());
  });
});
