import assert from "node:assert/strict";
import { nodesCanDrain } from "../../policies/nodes-can-drain";
import { check, urnOf } from "./support/check";
import { autoscaler, deployment, object, unknown, versionLabels } from "./support/objects";

describe("nodes-can-drain", () => {
  const budget = (spec: object) =>
    object(
      "policy/v1",
      "PodDisruptionBudget",
      { name: "nginx-v1" },
      { spec: { selector: { matchLabels: versionLabels("v1") }, ...spec } },
    );
  const drains = async (spec: object, ...pods: Parameters<typeof check>[1]) =>
    (await check(nodesCanDrain, [budget(spec), ...pods])).violations;

  for (const [spec, replicas] of [
    [{ minAvailable: 1 }, 2],
    [{ minAvailable: "50%" }, 3],
    [{ maxUnavailable: 1 }, 1],
    [{ maxUnavailable: "10%" }, 2],
    [{ minAvailable: "99%" }, 200],
    [{ minAvailable: 3 }, 0],
  ] as const)
    it(`lets ${JSON.stringify(spec)} of ${replicas} pass`, async () =>
      assert.deepEqual(await drains(spec, deployment({ replicas })), []));

  for (const [spec, replicas] of [
    [{ minAvailable: 1 }, 1],
    [{ minAvailable: 2 }, 2],
    [{ minAvailable: "100%" }, 5],
    [{ minAvailable: "51%" }, 2],
    [{ maxUnavailable: 0 }, 5],
    [{ maxUnavailable: "0%" }, 5],
  ] as const)
    it(`refuses ${JSON.stringify(spec)} of ${replicas}`, async () => {
      const [message = ""] = await drains(spec, deployment({ replicas }));
      assert.match(
        message,
        /^PodDisruptionBudget demo\/nginx-v1 has m\w+ \S+ for \d+ pods?, so none may ever be evicted/,
      );
    });

  it("goes by the least number that an autoscaler leaves, and by all pods that are selected", async () => {
    assert.equal((await drains({ minAvailable: 2 }, deployment(), autoscaler("nginx-v1", 2))).length, 1);
    assert.deepEqual(await drains({ minAvailable: 2 }, deployment(), deployment({ name: "more", replicas: 1 })), []);
  });

  it("names the budget, and refuses nothing while a number is unknown", async () => {
    const { urns } = await check(nodesCanDrain, [budget({ maxUnavailable: 0 }), deployment()]);
    assert.deepEqual(urns, [urnOf(budget({}))]);
    assert.deepEqual(await drains({ minAvailable: 5 }, deployment({ replicas: unknown })), []);
  });
});
