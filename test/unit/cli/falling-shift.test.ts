import assert from "node:assert/strict";
import { fallingShift } from "../../../cli/falling-shift";
import { parseStackConfig } from "../../../config";
import { keyOf, type Manifest, type ObjectReference } from "../../../render/manifest";
import { routeObjects } from "../../../routers";
import { smallStack, type RawConfig } from "../support/stacks";

const stack = (canaryWeight: number, changes: RawConfig = {}) =>
  parseStackConfig(smallStack({ "sluice:canaryWeight": canaryWeight, ...changes }));

/** A cluster with the routes of a stack. */
function clusterOf(config = stack(50)) {
  const objects = routeObjects({ config, plan: config.plan, title: config.workload });
  const byKey = new Map(objects.map((one) => [keyOf({ ...one, ...one.metadata }), one as unknown as Manifest]));
  return { get: (reference: ObjectReference) => Promise.resolve(byKey.get(keyOf(reference))) };
}

describe("a shift that only takes requests from the canary", () => {
  it("is known by the cluster's routes alone, with its words", async () => {
    const { patches = [], preview } = (await fallingShift(clusterOf(), stack(50), stack(20))) ?? {};
    assert.deepEqual(
      patches.map(({ kind, name }) => `${kind} ${name}`),
      ["Ingress nginx-canary"],
    );
    assert.deepEqual(preview?.trafficBefore, ["http://www.test.com/: 50% v1, 50% v2"]);
    assert.deepEqual(preview.trafficAfter, ["http://www.test.com/: 80% v1, 20% v2"]);
    assert.deepEqual(preview.changes, [{ kind: "update", object: "Ingress demo/nginx-canary" }]);
  });

  it("is left to Pulumi if it does more: it sends more users to the canary, or changes pods", async () => {
    const versions = { v1: { image: "nginx:1" }, v2: { image: "nginx:3" } };
    assert.equal(await fallingShift(clusterOf(), stack(50), stack(60)), undefined);
    assert.equal(await fallingShift(clusterOf(), stack(50), stack(20, { "sluice:versions": versions })), undefined);
    assert.equal(await fallingShift(clusterOf(), stack(50), stack(50)), undefined);
  });

  it("is left to Pulumi if the routes say otherwise than the file, or are not there", async () => {
    assert.equal(await fallingShift(clusterOf(stack(10)), stack(50), stack(20)), undefined);
    assert.equal(await fallingShift({ get: () => Promise.resolve(undefined) }, stack(50), stack(20)), undefined);
  });
});
