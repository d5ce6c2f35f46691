import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { projectFolder } from "../../engine/stack-file";
import { routeRequest, type TrafficRequest } from "../../traffic/model";
import type { TrafficPlan } from "../../traffic/plan";
import { samplesOf } from "../../traffic/samples";
import { blueGreenConfigs, canaryConfigs, requestsTo } from "./support/arbitraries";
import { applyPlans, placePlan, type PlacedPlan } from "./support/data-plane";
import { affinityPlans, liveWithAffinity } from "./support/data-plane-affinity";
import { differences, type Difference } from "./support/data-plane-differences";
import { count, serve, type Asked, type Target } from "./support/data-plane-requests";
import {
  bringUp,
  nodeTarget,
  placeAll,
  placeDifference,
  requestOf,
  serviceConfigs,
  settle,
  takeDown,
} from "./support/data-plane-suite";
import { disagreement, wrongSplit } from "./support/data-plane-verdict";
import { useLab, whyNoLab } from "./support/lab";

const minutes = 60_000;
const planned = Number(process.env["SLUICE_TEST_PLANS"] ?? 20);
const seed = Number(process.env["SLUICE_TEST_SEED"] ?? Date.now() % 1_000_000_000);
const requestsPerPlan = 50;
/** The requests that are counted for each plan that splits, and how many of all plans' are sent in a second. */
const counted = { requests: 1000, perSecond: 200 };
/** A Service draws lots for each connection, which costs more. */
const connections = 400;

describe(`the model and the data plane (SLUICE_TEST_PLANS=${planned} SLUICE_TEST_SEED=${seed})`, function () {
  this.timeout(10 * minutes);

  let controller: Target;
  let canaries: PlacedPlan[];
  let colors: PlacedPlan[];
  let services: PlacedPlan[];
  let affinity: Awaited<ReturnType<typeof affinityPlans>>;
  let roundRobin: PlacedPlan;
  const differing = new Map<Difference, PlacedPlan>();

  before(async function () {
    await useLab(this, whyNoLab());
    controller = await bringUp();
    canaries = await placeAll("canary", fc.sample(canaryConfigs, { numRuns: planned, seed }));
    colors = await placeAll("colors", fc.sample(blueGreenConfigs, { numRuns: Math.ceil(planned / 5), seed }));
    services = await placeAll("service", serviceConfigs);
    affinity = await affinityPlans();
    roundRobin = await placePlan("turns", { "sluice:host": "turns.test", "sluice:canaryWeight": 10 });
    const all = [...canaries, ...colors, ...services, affinity.sticky, affinity.legacy, roundRobin];
    for (const difference of differences) {
      const [placed, ...beside] = await placeDifference(difference);
      if (placed) differing.set(difference, placed);
      all.push(...(placed ? [placed, ...beside] : []));
    }
    await applyPlans(all);
    await settle(controller, [...canaries, ...colors, roundRobin]);
  });

  after(async function () {
    if (!this.currentTest?.isPending()) await takeDown();
  });

  it("agree on who serves a request that a plan decides", async () => {
    const asked = [...canaries, ...colors].flatMap((placed, index) => {
      if (placed.plan.strategy === "replicaRatio") return [];
      const requests = fc.sample(requestsTo(placed.plan), { numRuns: requestsPerPlan, seed: seed + index });
      return requests.map((request) => ({ placed, request }));
    });
    const served = await serve(asked.map(({ request }) => [controller, request]));
    assertNone(asked.map(({ placed, request }, index) => disagreement(placed, request, served[index] ?? "")));
  });

  it("agree on the share that a weight gives", async () => {
    const split = canaries.flatMap((placed) => {
      const [plain] = samplesOf(placed.plan);
      return plain && Object.keys(plain.shares).length > 1 ? [{ placed, ...plain }] : [];
    });
    const counts = await countEvenly(
      split.map(({ request }) => [controller, request]),
      counted.requests,
    );
    assertNone(split.map(({ placed, shares }, index) => wrongSplit(placed, shares, counts[index])));
  });

  it("agree on who is served behind Services, by color and by replicas", async () => {
    const samples = services.flatMap((placed) => samplesOf(placed.plan).map((sample) => ({ placed, ...sample })));
    const asked = samples.map(({ placed: { plan }, request, nodePort }) => {
      const port = nodePort ?? (plan.strategy === "canary" ? undefined : plan.nodePort);
      return [nodeTarget(port), request] as const;
    });
    const counts = await countEvenly(asked, connections);
    assertNone(samples.map(({ placed, shares }, index) => wrongSplit(placed, shares, counts[index])));
  });

  describe("differ where docs/traefik.md says so", () => {
    const all = differences.flatMap((difference) => difference.shown.map((shown) => ({ difference, shown })));
    let served: readonly string[] = [];

    before(async () => {
      served = await serve(all.map(({ difference, shown }) => [controller, requestOf(difference, shown)]));
    });

    for (const [index, { difference, shown }] of all.entries())
      it(`${difference.title}: ${JSON.stringify(shown.asked)} of ${difference.name}`, () => {
        assert.equal(served[index], shown.traefik);
        if (shown.isBeyondModel) return;
        const { plan } = differing.get(difference) ?? assert.fail();
        assert.equal(modelled(plan, requestOf(difference, shown) as TrafficRequest), shown.nginx);
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
      const headings = readFileSync(join(projectFolder, "docs", "traefik.md"), "utf8").match(/(?<=^## ).*$/gm) ?? [];
      const shown = [...differences.map(({ title }) => title), "Weights", "Affinity"];
      assert.deepEqual([...headings].sort(), [...new Set(shown)].sort());
    });
  });

  async function countEvenly(asked: readonly Asked[], requests: number) {
    return count(asked, { requests, seconds: (asked.length * requests) / counted.perSecond });
  }
});

/** What the model says of a request: the version that serves it alone, or a status. */
function modelled(plan: TrafficPlan, request: TrafficRequest): string {
  const { status, shares } = routeRequest(plan, request);
  return String(status ?? Object.keys(shares).join(" and "));
}

/** Fails with every disagreement in full. */
function assertNone(disagreements: readonly (string | undefined)[]): void {
  const found = disagreements.filter((words) => words !== undefined);
  assert.ok(found.length === 0, `${found.length} of ${disagreements.length} disagree\n\n${found.join("\n\n")}`);
}
