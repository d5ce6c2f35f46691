import assert from "node:assert/strict";
import fc from "fast-check";
import { routeRequest, type TrafficRequest } from "../../traffic/model";
import type { CanaryPlan, TrafficPlan } from "../../traffic/plan";
import { samplesOf } from "../../traffic/samples";
import { requestsFor } from "../unit/support/arbitraries";
import { blueGreenConfigs, canaryConfigs, requestsTo } from "./support/arbitraries";
import { applyPlans, type PlacedPlan } from "./support/data-plane";
import { affinityPlans, liveWithAffinity } from "./support/data-plane-affinity";
import { differences, type Difference } from "./support/data-plane-differences";
import { count, serve, type Asked, type Target } from "./support/data-plane-requests";
import {
  bringUpOnPlatform,
  nodeTarget,
  placeAll,
  placeDifference,
  requestOf,
  serviceConfigs,
  settle,
  takeDown,
} from "./support/data-plane-suite";
import { disagreement, wrongSplit } from "./support/data-plane-verdict";
import { whyNoLab } from "./support/lab";
import { oddRequests, stickyConfigs } from "./support/odd-requests";
import { usePlatform } from "./support/platform";

const minutes = 60_000;
const planned = Number(process.env["SLUICE_TEST_PLANS"] ?? 20);
const seed = Number(process.env["SLUICE_TEST_SEED"] ?? Date.now() % 1_000_000_000);
const requestsPerPlan = 50;
/** The requests that are counted for each plan that splits, and how many of all plans' are sent in a second. */
const counted = { requests: 1000, perSecond: 200 };
/** A Service draws lots for each connection, which costs more. */
const connections = 400;

describe(`the model and ingress-nginx (SLUICE_TEST_PLANS=${planned} SLUICE_TEST_SEED=${seed})`, function () {
  this.timeout(10 * minutes);

  let controller: Target;
  let canaries: PlacedPlan[];
  let colors: PlacedPlan[];
  let services: PlacedPlan[];
  let affinity: Awaited<ReturnType<typeof affinityPlans>>;
  let sticky: PlacedPlan[];
  const differing = new Map<Difference, PlacedPlan>();

  before(async function () {
    await usePlatform(this, whyNoLab());
    controller = await bringUpOnPlatform();
    canaries = await placeAll("canary", fc.sample(canaryConfigs, { numRuns: planned, seed }));
    colors = await placeAll("colors", fc.sample(blueGreenConfigs, { numRuns: Math.ceil(planned / 5), seed }));
    services = await placeAll("service", serviceConfigs);
    affinity = await affinityPlans();
    sticky = await placeAll("stay", fc.sample(stickyConfigs, { numRuns: Math.ceil(planned / 4), seed }));
    const all = [...canaries, ...colors, ...services, ...sticky, affinity.sticky, affinity.legacy];
    for (const difference of differences) {
      const [placed, ...beside] = await placeDifference(difference);
      if (placed) differing.set(difference, placed);
      all.push(...(placed ? [placed, ...beside] : []));
    }
    await applyPlans(all);
    await settle(controller, [...canaries, ...colors]);
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

  it("agree on who serves odd requests, and users whose cookies name a version", async () => {
    const asked = [
      ...drawn(canaries, (placed) => oddRequests(canaryOf(placed))),
      ...drawn(sticky, (placed) => requestsFor(canaryOf(placed))),
    ];
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

  it("comes, where Traefik reads annotations otherwise, to what docs/traefik.md says of ingress-nginx", async () => {
    const all = differences.flatMap((difference) => difference.shown.map((shown) => ({ difference, shown })));
    const served = await serve(all.map(({ difference, shown }) => [controller, requestOf(difference, shown)]));
    const wrong = all.flatMap(({ difference, shown }, index) => {
      const asked = requestOf(difference, shown);
      const { plan } = differing.get(difference) ?? assert.fail();
      const said = shown.isBeyondModel ? shown.nginx : modelled(plan, asked as TrafficRequest);
      const isRight = served[index] === shown.nginx && said === shown.nginx;
      return isRight ? [] : [`${difference.title}: ${JSON.stringify(asked)}: ${served[index]}, by the model ${said}`];
    });
    assert.deepEqual(wrong, []);
  });

  it("keeps users with their version by one cookie, as affinity says", async () => {
    for (const placed of [affinity.sticky, affinity.legacy]) {
      const { stable, canary } = await liveWithAffinity(controller.address, placed);
      const isSticky = placed === affinity.sticky;
      assert.deepEqual(stable, ["v1", "v1", "v1", "v1"], placed.name);
      if (isSticky) assert.deepEqual(canary, ["v2", "v2", "v2", "v2"]);
    }
  });

  async function countEvenly(asked: readonly Asked[], requests: number) {
    return count(asked, { requests, seconds: (asked.length * requests) / counted.perSecond });
  }
});

/** Random requests to each plan. */
function drawn(plans: readonly PlacedPlan[], requests: (placed: PlacedPlan) => fc.Arbitrary<TrafficRequest>) {
  return plans.flatMap((placed, index) =>
    fc
      .sample(requests(placed), { numRuns: requestsPerPlan, seed: seed + index })
      .map((request) => ({ placed, request })),
  );
}

function canaryOf({ plan }: PlacedPlan): CanaryPlan {
  return plan.strategy === "canary" ? plan : assert.fail();
}

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
