import assert from "node:assert/strict";
import type { RolloutState } from "../../../../rollout/state";
import { clusterApi } from "../../../../cluster/api";
import { FencedError, RolloutRecords } from "../../../../rollout/store/records";
import { fakeApi } from "../../support/fake-api";
import { check } from "../world";
import { recordKey as key, stateOf } from "./record-states";

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
    const { state: _, storedAt, traffic = "", ...summary } = dataOf(3);
    assert.equal((JSON.parse(traffic) as { id: number }).id, 3);
    const versions = { from: "v1", to: "v2", step: "2 of 3" };
    assert.deepEqual(summary, { version: "1", phase: "Failed", ...versions, outcome: "it was bad", driver: "" });
    assert.match(storedAt ?? "", /^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
    const labels = fake().api.objects.get(key(3))?.metadata.labels;
    assert.deepEqual(labels, { "sluice.dev/stack": "dev", "sluice.dev/part": "rollout" });
  });

  it("have a rollout once, however often it is stored, the last first, and each stack its own", async () => {
    const driver = records();
    for (const id of [1, 2, 10, 9]) await driver.save(stateOf(id));
    await driver.save(stateOf(2, { step: 1 }));
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

  const put = (id: number, data: object) => fake().api.put(key(id), { ...fake().api.objects.get(key(id)), data });
  for (const [what, data, message] of [
    ["broken", { state: "{" }, /^ConfigMap demo\/sluice-rollout-dev-2 isn't a valid record of a rollout: restore it/],
    ["empty", {}, /isn't a valid record of a rollout/],
    ["of another shape", { state: '{"id":2}' }, /isn't a valid record of a rollout/],
    [
      "of a later version",
      { version: "2", state: "?" },
      /by another version of Sluice \(2, this one reads 1\): use that/,
    ],
  ] as const)
    it(`leave one alone that is ${what}, and name it; the others are read`, async () => {
      for (const id of [1, 2, 3]) await records().save(stateOf(id));
      put(2, data);
      const { rollouts, unreadable } = await records().readAll();
      assert.deepEqual(
        rollouts.map(({ id }) => id),
        [3, 1],
      );
      assert.equal(unreadable.length, 1);
      assert.match(unreadable[0] ?? "", message);
      assert.equal((await records().last())?.id, 3);
      await assert.rejects(records().read(2), { name: "UserError" });
      for (let id = 4; id <= 25; id += 1) await records().save(stateOf(id));
      assert.deepEqual(dataOf(2), data);
    });

  it("begin nothing over a last one that can't be read: nobody knows whether it is over", async () => {
    await records().save(stateOf(1));
    await records().save(stateOf(2));
    put(2, { version: "2" });
    await assert.rejects(records().last(), /^UserError: ConfigMap demo\/sluice-rollout-dev-2 is the record/);
  });

  it("are read though they are from before there were versions", async () => {
    await records().save(stateOf(1));
    const { version: _, ...data } = dataOf(1);
    put(1, data);
    assert.equal((await records().last())?.id, 1);
  });

  it("pass on what the API server refuses", async () => {
    fake().api.before = () => 403;
    await assert.rejects(records().save(stateOf(1)), /may not create configmaps in namespace demo/);
    await assert.rejects(records().read(1), /may not get configmaps/);
  });
});

describe("a record that others change", () => {
  const fake = fakeApi();
  const records = (writer = "") => {
    const made = new RolloutRecords(clusterApi(fake().cluster), "dev", "demo");
    made.writer = writer;
    return made;
  };
  const stored = () => {
    const { state } = fake().api.objects.get(key(1))?.["data"] as { state: string };
    return JSON.parse(state) as RolloutState;
  };
  /** Two drivers that have both read a rollout, the first of which was cut off. */
  async function two() {
    const [first, second] = [records("first"), records("second")];
    await first.save(stateOf(1));
    assert.equal((await second.takeOver())?.id, 1);
    return [first, second] as const;
  }

  it("is not revived by a driver that was cut off, once another one has ended it", async () => {
    const [first, second] = await two();
    await second.save(stateOf(1, { phase: "Failed", outcome: "aborted by bob" }));
    for (let time = 0; time < 2; time += 1)
      await assert.rejects(
        first.save(stateOf(1, { step: 2 })),
        (error: Error) =>
          error instanceof FencedError &&
          error.message ===
            "another driver has taken over rollout 1 of dev: it is Failed, aborted by bob; this driver stops",
      );
    assert.equal(stored().outcome, "aborted by bob");
    // Reading, as a dashboard does that drives too, takes nothing over.
    await Promise.all([first.last(), first.read(1), first.readAll()]);
    await assert.rejects(first.save(stateOf(1, { step: 2 })), FencedError);
    await assert.rejects(first.readOwn(1), FencedError);
    assert.equal((await second.readOwn(1)).outcome, "aborted by bob");
  });

  it("is not made anew once the stack was removed", async () => {
    const [first] = await two();
    await records().remove();
    await assert.rejects(
      first.save(stateOf(1)),
      /^UserError: the record of rollout 1 of dev was removed: this driver stops$/,
    );
    assert.equal(fake().api.objects.size, 0);
  });

  it("is begun by one of two", async () => {
    const [first, second] = [records("first"), records("second")];
    const both = await Promise.allSettled([first.save(stateOf(1)), second.save(stateOf(1))]);
    const refused = both.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
    assert.deepEqual([refused.length, refused[0] instanceof FencedError], [1, true]);
    assert.match(refused[0]?.message ?? "", /another process has started rollout 1 of dev/);
  });

  it("is stored though something was asked of it, or its file was settled, meanwhile", async () => {
    const [first, second] = await two();
    await second.ask(1, { command: "pause", by: "bob" });
    fake().api.put(key(1), fake().api.objects.get(key(1)) ?? {});
    await first.save(stateOf(1, { step: 1 }));
    assert.equal(stored().step, 1);
    assert.deepEqual((await second.notes(1)).pending, [{ command: "pause", by: "bob" }]);
    await first.save(stateOf(1, { step: 2 }));
    assert.equal(stored().step, 2);
  });

  for (const [what, isNew] of [
    ["created", true],
    ["changed", false],
  ] as const)
    it(`is its own where it was ${what} and the answer was lost`, async () => {
      const driver = records("first");
      if (!isNew) await driver.save(stateOf(1));
      fake().api.after = () => 504;
      await assert.rejects(driver.save(stateOf(1, { step: 1 })), /504/);
      fake().api.after = () => undefined;
      assert.equal(stored().step, 1);
      assert.equal((await driver.readOwn(1)).step, 1);
      await driver.save(stateOf(1, { step: 1 }));
      await driver.save(stateOf(1, { step: 2 }));
      assert.equal(stored().step, 2);
    });

  it("says how its driver has left it, until another one goes on", async () => {
    const [first, second] = await two();
    await first.leave(1, { by: "ann@laptop (process 1)", why: "interrupted" });
    const { departure } = await records().notes(1);
    assert.deepEqual([departure?.by, departure?.why], ["ann@laptop (process 1)", "interrupted"]);
    assert.ok(Math.abs(Date.parse(departure?.at ?? "") - Date.now()) < 10_000);
    await second.save(stateOf(1, { step: 1 }));
    assert.equal((await records().notes(1)).departure, undefined);
  });
});
