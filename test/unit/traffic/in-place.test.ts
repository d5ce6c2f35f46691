import assert from "node:assert/strict";
import type { Identities } from "../../../traffic/identity";
import { changedInPlace, explainInPlace } from "../../../traffic/in-place";
import type { TrafficPlan } from "../../../traffic/plan";
import { blueGreenPlan, planWith, planWithoutCanary, replicaRatioPlan } from "../support/plans";

const identity = (digest: string, image = "nginx:1") => ({ digest, images: [image] });
const before: Identities = { v1: identity("a"), v2: identity("b", "nginx:2") };
const both: Identities = { v1: identity("c", "nginx:3"), v2: identity("d", "nginx:4") };

const told = (from: TrafficPlan, to: TrafficPlan, versions = both) =>
  changedInPlace({ plan: from, versions: before }, to, versions).map(explainInPlace);

describe("a version that changes under its users", () => {
  it("is told with the share of those who keep it, and its images", () =>
    assert.deepEqual(told(planWith({ weight: 10 }), planWith({ weight: 30 })), [
      "v1 changes for the 70% of users who have it: nginx:1 → nginx:3",
      "v2 changes for the 10% of users who have it: nginx:2 → nginx:4",
    ]));

  it("is told if only a rule leads to it", () =>
    assert.deepEqual(told(planWith({ cookie: "beta" }), planWith({ cookie: "beta" })).slice(1), [
      "v2 changes for users that a rule sends to it: nginx:2 → nginx:4",
    ]));

  it("is told if its pods change and its image does not", () =>
    assert.deepEqual(told(planWithoutCanary(), planWithoutCanary(), { v1: identity("c") }), [
      "v1 changes for the 100% of users who have it: its pod template changes",
    ]));

  for (const [title, from, to, versions] of [
    ["that nobody had", planWith({ weight: 0 }), planWith({ weight: 10 }), { v2: identity("d") }],
    ["that nobody keeps", planWith({ weight: 10 }), planWithoutCanary(), { v2: identity("d") }],
    ["that is new", planWithoutCanary(), planWithoutCanary(), { v3: identity("e") }],
    ["that stays what it is", planWith({ weight: 10 }), planWith({ weight: 30 }), before],
    ["in the idle color", blueGreenPlan(), blueGreenPlan(), { v2: identity("d") }],
    ["that is promoted", planWith({ weight: 0 }), planWithoutCanary({ stable: "v2" }), { v2: identity("d") }],
  ] as const)
    it(`is none ${title}`, () => assert.deepEqual(told(from, to, versions), []));

  it("counts under every strategy", () => {
    assert.deepEqual(told(blueGreenPlan(), blueGreenPlan()).length, 1);
    assert.deepEqual(told(replicaRatioPlan(), replicaRatioPlan()).length, 2);
  });

  it("is none if Flagger makes a canary of it, or if nothing is known of what was there", () => {
    const byFlagger = planWithoutCanary({ mover: { driver: "flagger", interval: 10, threshold: 1, weights: [10] } });
    assert.deepEqual(told(byFlagger, byFlagger), []);
    assert.deepEqual(changedInPlace({ plan: planWithoutCanary() }, planWithoutCanary(), both), []);
    assert.deepEqual(changedInPlace(undefined, planWithoutCanary(), both), []);
  });
});
