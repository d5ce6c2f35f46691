import assert from "node:assert/strict";
import type { RolloutSpec, Routing } from "../../../rollout/spec";
import { weightOf } from "../../../rollout/spec";
import { valuesFor } from "../../../rollout/values";
import { blueGreen, byPods } from "./walk";
import { specOf } from "./world";

const stable: Routing = { kind: "stable" };
const promotion: Routing = { kind: "promotion" };
const promoted: Routing = { kind: "promoted" };
const trial = (step: number): Routing => ({ kind: "trial", step });
const everywhere: readonly Routing[] = [stable, trial(0), trial(1), promotion, promoted];
const atTheEnd: readonly Routing[] = [promotion, promoted];
const podsOf = (changes: Partial<RolloutSpec>, routing: Routing) =>
  Object.fromEntries(
    Object.entries(valuesFor(specOf(changes), routing)).filter(([key]) => key.startsWith("versions.")),
  );

describe("the values of a canary's routings", () => {
  const rules = { headerMatch: null, cookieMatch: null, clientMatch: null, mirrorPercent: null };
  const none = { weightTotal: null, ...rules };
  const trialHeader = { name: "X-Sluice-Canary" };

  it("send nobody to the canary before the first step, who does not ask for it", () =>
    assert.deepEqual(valuesFor(specOf(), trial(0)), {
      stable: "v1",
      canary: "v2",
      ...none,
      canaryWeight: 0,
      headerMatch: trialHeader,
      "versions.v2.replicas": 2,
    }));

  it("have each step's weight", () => {
    for (const [step, canaryWeight] of [
      [1, 25],
      [2, 50],
      [3, 100],
    ] as const)
      assert.deepEqual(valuesFor(specOf(), trial(step)), {
        stable: "v1",
        canary: "v2",
        ...none,
        canaryWeight,
        headerMatch: trialHeader,
        "versions.v2.replicas": 2,
      });
  });

  it("have each step's rules, and no header of Sluice's own beside a step's header", () => {
    const header = { name: "Region", pattern: "^shen" };
    const steps = [
      { weight: 0, rules: { header }, checks: 1 },
      { weight: 0, rules: { header, cookie: "trial" }, checks: 1 },
      { weight: 0, rules: { cookie: "trial" }, checks: 1 },
    ];
    const rules = [1, 2, 3].map((step) => {
      const { headerMatch, cookieMatch } = valuesFor(specOf({ steps }), trial(step));
      return [headerMatch, cookieMatch];
    });
    assert.deepEqual(rules, [
      [header, null],
      [header, "trial"],
      [trialHeader, "trial"],
    ]);
  });

  it("make the new version stable beside the canary, at the last weight", () => {
    const steps = [{ weight: 40, rules: { cookie: "trial" }, checks: 1 }];
    assert.deepEqual(valuesFor(specOf({ steps, maxWeight: 40 }), promotion), {
      stable: "v2",
      canary: "v2",
      ...none,
      canaryWeight: 40,
      headerMatch: trialHeader,
      "versions.v2.replicas": 2,
    });
  });

  it("leave nothing of the canary once it is promoted", () =>
    assert.deepEqual(valuesFor(specOf(), promoted), {
      stable: "v2",
      canary: null,
      ...none,
      canaryWeight: null,
      "affinity.behavior": null,
      "versions.v2.replicas": 2,
    }));

  it("take weight, rules and pods from the canary on the way back, which stays in the plan", () =>
    assert.deepEqual(valuesFor(specOf(), stable), {
      stable: "v1",
      canary: "v2",
      ...none,
      canaryWeight: 0,
      "versions.v2.replicas": 0,
    }));
});

describe("the values of blue-green's routings", () => {
  for (const [color, other] of [
    ["green", "blue"],
    ["blue", "green"],
  ] as const)
    it(`put the version into ${color}, and switch to it at the end alone`, () => {
      const spec = specOf({ ...blueGreen, color, replicas: undefined });
      for (const routing of [stable, trial(0), trial(1)])
        assert.deepEqual(valuesFor(spec, routing), { [`colors.${color}`]: "v2", activeColor: other });
      assert.deepEqual(valuesFor(spec, promoted), { [`colors.${color}`]: "v2", activeColor: color });
    });
});

describe("the values of a replica ratio's routings", () => {
  it("are pods of the canary, which is in the plan until it is stable", () => {
    const spec = (replicas: number | null) => specOf({ ...byPods, replicas });
    const values = (routing: Routing, replicas: number | null = 3) => valuesFor(spec(replicas), routing);
    const beside = (pods: number) => ({ stable: "v1", canary: "v2", "versions.v2.replicas": pods });
    assert.deepEqual(
      [trial(0), trial(1), trial(2), stable].map((one) => values(one)),
      [0, 1, 2, 0].map(beside),
    );
    assert.deepEqual(values(promoted), { stable: "v2", canary: null, "versions.v2.replicas": 3 });
    assert.deepEqual(values(promoted, 1), { stable: "v2", canary: null, "versions.v2.replicas": 2 });
    // A StatefulSet has its number from its own object.
    assert.deepEqual(values(promoted, null), { stable: "v2", canary: null, "versions.v2.replicas": null });
  });
});

describe("the pods of a rollout", () => {
  const step = (replicas?: number) => ({ weight: 10, rules: {}, checks: 1, replicas });

  it("are the stack's own where no step says otherwise, also the default", () => {
    for (const replicas of [2, 5, null])
      for (const routing of everywhere.slice(1))
        assert.deepEqual(podsOf({ replicas }, routing), { "versions.v2.replicas": replicas });
  });

  it("are each step's, and the first ones before the first step", () => {
    const changes = { replicas: 6, firstReplicas: 1, steps: [step(2), step(4), step()] };
    assert.deepEqual(
      [0, 1, 2].map((one) => podsOf(changes, trial(one))["versions.v2.replicas"]),
      [1, 2, 4],
    );
    assert.deepEqual(podsOf({ ...changes, firstReplicas: undefined }, trial(0)), { "versions.v2.replicas": 6 });
    assert.deepEqual(podsOf({ ...changes, firstReplicas: undefined }, trial(3)), { "versions.v2.replicas": 6 });
  });

  it("are at the end as many as served everybody, and no fewer than the stack's own", () => {
    for (const [replicas, last, expected] of [
      [2, 4, 4],
      [4, 2, 4],
      [4, undefined, 4],
      [null, 1, null],
      [null, 3, 3],
    ] as const)
      for (const routing of atTheEnd)
        assert.deepEqual(podsOf({ replicas, steps: [step(1), step(last)] }, routing), {
          "versions.v2.replicas": expected,
        });
  });

  it("are the autoscaler's own affair where there is one", () => {
    for (const routing of everywhere) assert.deepEqual(podsOf({ replicas: undefined }, routing), {});
  });

  it("go from a version whose place this one took", () => {
    for (const routing of everywhere) {
      assert.equal(podsOf({ abandoned: "v9" }, routing)["versions.v9.replicas"], 0);
      assert.deepEqual(podsOf({ abandoned: "v9", replicas: undefined }, routing), { "versions.v9.replicas": 0 });
    }
  });

  it("of the version from before are never touched", () => {
    for (const routing of everywhere)
      assert.equal("versions.v1.replicas" in valuesFor(specOf({ abandoned: "v9" }), routing), false);
  });
});

describe("the weight of a routing", () => {
  it("is the step's, the last one's in a promotion, and none else", () =>
    assert.deepEqual(
      [stable, trial(0), trial(1), trial(3), trial(9), promotion, promoted].map((one) => weightOf(specOf(), one)),
      [0, 0, 25, 100, 0, 100, 0],
    ));
});
