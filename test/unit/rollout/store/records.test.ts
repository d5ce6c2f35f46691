import assert from "node:assert/strict";
import { begin } from "../../../../rollout/machine";
import type { RolloutState } from "../../../../rollout/state";
import { clusterApi } from "../../../../cluster/api";
import { RolloutRecords } from "../../../../rollout/store/records";
import { fakeApi } from "../../support/fake-api";
import { check, specOf } from "../world";

const stateOf = (id: number, changes: Partial<RolloutState> = {}): RolloutState => ({
  ...begin(specOf(), id, 1000 * id),
  ...changes,
});
const key = (id: number) => `configmaps/demo/sluice-rollout-dev-${id}`;

describe("the records of a stack's rollouts", () => {
  const fake = fakeApi();
  const records = (stack = "dev") => new RolloutRecords(clusterApi(fake().cluster), stack, "demo");
  const dataOf = (id: number) => fake().api.objects.get(key(id))?.["data"] as Record<string, string>;

  it("are none at first", async () => {
    assert.deepEqual(await records().all(), []);
    assert.equal(await records().last(), undefined);
    assert.equal(await records().read(1), undefined);
  });

  it("give back what was stored, and say the most important for people to read", async () => {
    const state = stateOf(3, { step: 2, outcome: "it was bad", phase: "Failed" });
    await records().save(state);
    assert.deepEqual(await records().last(), state);
    assert.deepEqual(await records().read(3), state);
    const { state: _, ...summary } = dataOf(3);
    assert.deepEqual(summary, { phase: "Failed", from: "v1", to: "v2", step: "2 of 3", outcome: "it was bad" });
    const labels = fake().api.objects.get(key(3))?.metadata.labels;
    assert.deepEqual(labels, { "sluice.dev/stack": "dev", "sluice.dev/part": "rollout" });
  });

  it("have a rollout once, however often it is stored, the last first, and each stack its own", async () => {
    for (const id of [1, 2, 10, 9]) await records().save(stateOf(id));
    await records().save(stateOf(2, { step: 1 }));
    await records("prod").save(stateOf(77));
    assert.deepEqual(
      (await records().all()).map(({ id, step }) => [id, step]),
      [
        [10, 0],
        [9, 0],
        [2, 1],
        [1, 0],
      ],
    );
    assert.equal((await records().last())?.id, 10);
  });

  it("are the last 20", async () => {
    for (let id = 1; id <= 23; id += 1) await records().save(stateOf(id));
    const ids = (await records().all()).map(({ id }) => id);
    assert.deepEqual([ids.length, ids[0], ids.at(-1)], [20, 23, 4]);
  });

  it("are forgotten, each stack's by itself", async () => {
    await records().save(stateOf(1));
    await records().save(stateOf(2));
    await records("prod").save(stateOf(1));
    assert.equal(await records().remove(), 2);
    assert.deepEqual([await records().all(), (await records("prod").all()).length], [[], 1]);
  });

  it("fit into a ConfigMap, however much was checked: the oldest rounds go", async () => {
    const message = "é".repeat(1000);
    const rounds = Array.from({ length: 200 }, (_, at) => ({
      at,
      step: 1,
      weight: 10,
      verdict: "passed" as const,
      checks: Array.from({ length: 5 }, () => ({ ...check("passed"), message })),
    }));
    const state = stateOf(1, { rounds });
    await records().save(state);
    assert.ok(Buffer.byteLength(dataOf(1)["state"] ?? "") <= 900_000);
    const stored = await records().read(1);
    assert.deepEqual([stored?.rounds.at(-1), (stored?.rounds.length ?? 0) > 50], [rounds.at(-1), true]);
    assert.equal(state.rounds.length, 200);
  });

  it("say which one can't be read any more", async () => {
    await records().save(stateOf(1));
    for (const state of ["{", undefined]) {
      fake().api.put(key(1), { ...fake().api.objects.get(key(1)), data: { state } });
      await assert.rejects(records().all(), /^UserError: ConfigMap demo\/sluice-rollout-dev-1 is no record/);
    }
  });

  it("pass on what the API server refuses", async () => {
    fake().api.before = () => 403;
    await assert.rejects(records().save(stateOf(1)), /may not patch configmaps sluice-rollout-dev-1 in namespace demo/);
    await assert.rejects(records().read(1), /may not get configmaps/);
  });
});

describe("what is asked of a rollout", () => {
  const fake = fakeApi();
  const records = () => new RolloutRecords(clusterApi(fake().cluster), "dev", "demo");
  const asked = ["pause", "resume", "abort"].map((command) => ({ command, by: "ann" }) as const);

  it("is heard once, in its order", async () => {
    const driver = records();
    await driver.save(stateOf(1));
    assert.deepEqual(await driver.take(1), []);
    const { now } = Date;
    try {
      for (const [index, one] of asked.entries()) {
        Date.now = () => 1_700_000_000_000 + index;
        await records().ask(1, one as Parameters<RolloutRecords["ask"]>[1]);
      }
    } finally {
      Date.now = now;
    }
    assert.deepEqual(await driver.take(1), asked);
    assert.deepEqual(await driver.take(1), []);
  });

  it("is pending until what came of it is stored", async () => {
    const driver = records();
    await driver.save(stateOf(1));
    await records().ask(1, { command: "abort", by: "ann" });
    assert.equal(await records().pending(1), 1);
    await driver.take(1);
    assert.equal(await records().pending(1), 1);
    await driver.save(stateOf(1, { outcome: "aborted by ann" }));
    assert.equal(await records().pending(1), 0);
    assert.equal((await records().read(1))?.outcome, "aborted by ann");
    assert.deepEqual(await driver.take(1), []);
  });

  it("is not lost with a driver that is killed before it has stored what came of it", async () => {
    const killed = records();
    await killed.save(stateOf(1));
    await records().ask(1, { command: "abort", by: "ann" });
    await killed.take(1);
    assert.deepEqual(await records().take(1), [{ command: "abort", by: "ann" }]);
  });

  it("stays pending where storing fails, and goes with the next state that is stored", async () => {
    const driver = records();
    await driver.save(stateOf(1));
    await records().ask(1, { command: "pause", by: "ann" });
    await driver.take(1);
    fake().api.before = (method) => (method === "PATCH" ? 503 : undefined);
    await assert.rejects(driver.save(stateOf(1)), /503/);
    fake().api.before = () => undefined;
    assert.equal(await records().pending(1), 1);
    await driver.save(stateOf(1));
    assert.equal(await records().pending(1), 0);
  });

  it("is not taken for what is asked of the rollout that follows", async () => {
    const driver = records();
    await driver.save(stateOf(1));
    await records().ask(1, { command: "pause", by: "ann" });
    await driver.take(1);
    await driver.save(stateOf(2));
    assert.deepEqual(await driver.take(2), []);
    assert.equal(await records().pending(2), 0);
    assert.equal(await records().pending(1), 1);
    await driver.save(stateOf(1));
    assert.equal(await records().pending(1), 0);
  });

  it("has no place where there is no such rollout", async () => {
    await assert.rejects(records().ask(9, { command: "pause", by: "ann" }), /404/);
    await assert.rejects(records().take(9), /404/);
  });
});
