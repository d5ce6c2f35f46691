import assert from "node:assert/strict";
import fc from "fast-check";
import type { TrafficRequest } from "../../traffic/model";
import { plainShares } from "../../traffic/shares";
import { blueGreenConfigs, canaryConfigs, requestsTo, type NamedConfig } from "./support/arbitraries";
import { applyPlans } from "./support/data-plane";
import { differences } from "./support/data-plane-differences";
import { serve, type Target } from "./support/data-plane-requests";
import { bringUpTraefik, requestOf, settle, takeDown } from "./support/data-plane-suite";
import { disagreement, wrongSplit } from "./support/data-plane-verdict";
import { useLab, whyNoLab } from "./support/lab";
import { ofAnnotationsAlone, placeDifferences, shown, underGatewayOf } from "./support/routers-differences";
import {
  bringUpGateway,
  isDecided,
  objectsOnce,
  placeTwice,
  refusalUnderGateway,
  takeDownGateway,
  type PlacedTwice,
} from "./support/routers-suite";

const minutes = 60_000;
const planned = Number(process.env["SLUICE_TEST_PLANS"] ?? 8);
const seed = Number(process.env["SLUICE_TEST_SEED"] ?? Date.now() % 1_000_000_000);
const requestsPerPlan = Number(process.env["SLUICE_TEST_REQUESTS"] ?? 1000);

/** A request to one of the plans, and what it came to under either router. */
interface Compared {
  readonly placed: PlacedTwice;
  readonly request: TrafficRequest;
  readonly byIngress: string;
  readonly byGateway: string;
}

describe(`one plan under routers ingress and gateway (SLUICE_TEST_PLANS=${planned} SLUICE_TEST_SEED=${seed})`, function () {
  this.timeout(10 * minutes);

  let plans: PlacedTwice[];
  let compared: Compared[] = [];
  let gateway: Target;
  const refused = new Map<string, number>();

  before(async function () {
    await useLab(this, whyNoLab(), "traefik", "gateway-api");
    const ingress = await bringUpTraefik();
    gateway = await bringUpGateway();
    plans = [
      ...(await placeAccepted("twice", fc.sample(canaryConfigs, { numRuns: 20 * planned, seed }), planned)),
      ...(await placeAccepted(
        "colors",
        fc.sample(blueGreenConfigs, { numRuns: planned, seed }),
        Math.ceil(planned / 4),
      )),
    ];
    await applyPlans([...objectsOnce(plans), ...(await placeDifferences())]);
    await settle(
      ingress,
      plans.map((one) => one.ingress),
    );
    await settle(
      gateway,
      plans.map((one) => one.gateway),
    );
    compared = await compare(ingress, gateway);
  });

  after(async function () {
    if (this.currentTest?.isPending()) return;
    await takeDownGateway();
    await takeDown();
  });

  it("is answered alike, request by request, where the plan decides", () => {
    const decided = compared.filter(({ placed, request }) => isDecided(placed, request));
    print(`${decided.length} requests decided, ${compared.length - decided.length} by weight, ${plans.length} plans`);
    assert.ok(decided.length > compared.length / 4);
    const differing = decided.filter(({ byIngress, byGateway }) => byIngress !== byGateway);
    assert.deepEqual(differing.map(inWords), []);
  });

  it("is answered as the model says, under router gateway", () => {
    const wrong = compared.flatMap(
      ({ placed, request, byGateway }) => disagreement(placed.gateway, request, byGateway) ?? [],
    );
    assert.deepEqual(wrong, []);
  });

  it("is split alike, by the plan's shares, where it doesn't", () => {
    const wrong = plans.flatMap((placed) => {
      const drawn = compared.filter((one) => one.placed === placed && !isDecided(placed, one.request));
      if (drawn.length === 0) return [];
      return [drawn.map(({ byIngress }) => byIngress), drawn.map(({ byGateway }) => byGateway)].flatMap(
        (served, index) => {
          const plan = index === 0 ? placed.ingress : placed.gateway;
          return wrongSplit(plan, plainShares(plan.plan), tally(served)) ?? [];
        },
      );
    });
    assert.deepEqual(wrong, []);
  });

  it("is refused under gateway for known reasons alone", () => {
    print([...refused].map(([why, times]) => `${times} refused by ${why}`).join("; "));
    const known = ["host", "route.previewHost", "path"];
    assert.deepEqual(
      [...refused.keys()].filter((key) => !known.includes(key)),
      [],
    );
  });

  describe("comes, where Traefik reads annotations otherwise than ingress-nginx, under gateway to", () => {
    let served: readonly string[] = [];

    before(async () => {
      served = await serve(shown.map(({ difference, one }) => [gateway, requestOf(difference, one)]));
    });

    for (const [index, { difference, one, answer }] of shown.entries())
      it(`${answer} (${difference.title}: ${JSON.stringify(one.asked)} of ${difference.name})`, () => {
        assert.equal(served[index], answer);
      });

    for (const { name, title, config } of differences) {
      const outcome = underGatewayOf[name];
      if (outcome && "refused" in outcome)
        it(`a refusal of ${outcome.refused} (${title}: ${name})`, () => {
          const { refused: key } = outcome;
          const hosts = [config, differences.find((one) => one.name === name)?.beside ?? config];
          const keys = hosts.map((one) => refusalUnderGateway({ "sluice:host": `${name}.test`, ...one })?.key);
          assert.ok(keys.includes(key), keys.join());
        });
    }

    it("one of the two for every difference", () => {
      const known = [...Object.keys(underGatewayOf), ...ofAnnotationsAlone].sort();
      assert.deepEqual(known, differences.map(({ name }) => name).sort());
    });
  });

  async function placeAccepted(prefix: string, configs: readonly NamedConfig[], most: number): Promise<PlacedTwice[]> {
    const placed: PlacedTwice[] = [];
    for (const [index, config] of configs.entries()) {
      if (placed.length === most) break;
      const name = `${prefix}-${index}`;
      const refusal = refusalUnderGateway(config(name));
      if (refusal) refused.set(refusal.key, (refused.get(refusal.key) ?? 0) + 1);
      else placed.push(await placeTwice(name, config));
    }
    return placed;
  }

  async function compare(ingress: Target, gateway: Target): Promise<Compared[]> {
    const asked = plans.flatMap((placed, index) => {
      const { plan } = placed.gateway;
      if (plan.strategy === "replicaRatio") return [];
      const requests = fc.sample(requestsTo(plan), { numRuns: requestsPerPlan, seed: seed + index });
      return requests.map((request) => ({ placed, request }));
    });
    const served = await serve(
      asked.flatMap(({ request }) => [ingress, gateway].map((target) => [target, request] as const)),
    );
    return asked.map((one, index) => ({
      ...one,
      byIngress: served[2 * index] ?? "",
      byGateway: served[2 * index + 1] ?? "",
    }));
  }
});

function tally(served: readonly string[]) {
  const counts: Record<string, number> = {};
  const failures: Record<string, number> = {};
  for (const one of served) {
    const list = /^v\d$/.test(one) ? counts : failures;
    list[one] = (list[one] ?? 0) + 1;
  }
  return { counts, failures };
}

function inWords({ placed, request, byIngress, byGateway }: Compared): string {
  return `${placed.name}: ${JSON.stringify(request)}: ingress ${byIngress}, gateway ${byGateway}\n${JSON.stringify(placed.gateway.plan)}`;
}

/** What a reader of the suite's output wants to know besides that it passed. */
function print(words: string): void {
  console.log(`      ${words}`);
}
