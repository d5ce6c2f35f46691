import assert from "node:assert/strict";
import { clusterApi } from "../../../../cluster/api";
import { describeLapsed } from "../../../../rollout/store/commands";
import { RolloutRecords } from "../../../../rollout/store/records";
import { fakeApi } from "../../support/fake-api";
import { recordKey as key, stateOf } from "./record-states";

describe("what is asked of a rollout", () => {
  const fake = fakeApi();
  const records = () => new RolloutRecords(clusterApi(fake().cluster), "dev", "demo");
  const asked = ["pause", "resume", "abort"].map((command) => ({ command, by: "ann" }) as const);

  /** Asks something at a time, in milliseconds from now. */
  const ask = (time: number, command: unknown) => {
    const object = fake().api.objects.get(key(1));
    const data = { ...(object?.["data"] as object), [`command-${Date.now() + time}-x`]: JSON.stringify(command) };
    fake().api.put(key(1), { ...object, data });
  };

  it("is heard once, in its order", async () => {
    const driver = records();
    await driver.save(stateOf(1));
    assert.deepEqual((await driver.take(1)).asked, []);
    for (const [index, one] of asked.entries()) ask(index - 10, one);
    assert.deepEqual((await driver.take(1)).asked, asked);
    assert.deepEqual((await driver.take(1)).asked, []);
  });

  it("is pending until what came of it is stored", async () => {
    const driver = records();
    await driver.save(stateOf(1));
    await records().ask(1, { command: "abort", by: "ann" });
    assert.equal((await records().notes(1)).pending.length, 1);
    await driver.take(1);
    assert.equal((await records().notes(1)).pending.length, 1);
    await driver.save(stateOf(1, { outcome: "aborted by ann" }));
    assert.equal((await records().notes(1)).pending.length, 0);
    assert.equal((await records().read(1))?.outcome, "aborted by ann");
    assert.deepEqual((await driver.take(1)).asked, []);
  });

  it("is not lost with a driver that is killed before it has stored what came of it", async () => {
    const killed = records();
    await killed.save(stateOf(1));
    await records().ask(1, { command: "abort", by: "ann" });
    await killed.take(1);
    assert.deepEqual((await records().take(1)).asked, [{ command: "abort", by: "ann" }]);
  });

  it("stays pending where storing fails, and goes with the next state that is stored", async () => {
    const driver = records();
    await driver.save(stateOf(1));
    await records().ask(1, { command: "pause", by: "ann" });
    await driver.take(1);
    fake().api.before = (method) => (method === "PATCH" ? 503 : undefined);
    await assert.rejects(driver.save(stateOf(1)), /503/);
    fake().api.before = () => undefined;
    assert.equal((await records().notes(1)).pending.length, 1);
    await driver.save(stateOf(1));
    assert.equal((await records().notes(1)).pending.length, 0);
  });

  it("is heard once though it comes while a state is being stored", async () => {
    const driver = records();
    await driver.save(stateOf(1));
    let isFirst = true;
    fake().api.before = async (method) => {
      if (method !== "PATCH" || !isFirst) return;
      isFirst = false;
      ask(0, { command: "pause", by: "ann" });
      assert.equal((await driver.take(1)).asked.length, 1);
    };
    await driver.save(stateOf(1, { step: 1 }));
    assert.deepEqual((await driver.take(1)).asked, []);
    await driver.save(stateOf(1, { step: 2 }));
    assert.deepEqual((await records().notes(1)).pending, []);
  });

  it("is not taken for what is asked of the rollout that follows", async () => {
    const driver = records();
    await driver.save(stateOf(1));
    await records().ask(1, { command: "pause", by: "ann" });
    await driver.take(1);
    await driver.save(stateOf(2));
    assert.deepEqual((await driver.take(2)).asked, []);
    assert.equal((await records().notes(2)).pending.length, 0);
    assert.equal((await records().notes(1)).pending.length, 1);
    await driver.save(stateOf(1));
    assert.equal((await records().notes(1)).pending.length, 0);
  });

  it("lapses where nobody takes it up for ten minutes, and is gone then", async () => {
    const driver = records();
    await driver.save(stateOf(1));
    ask(-599_000, { command: "pause", by: "ann" });
    ask(-602_000, { command: "abort", by: "bob" });
    assert.deepEqual((await records().notes(1)).pending, [{ command: "pause", by: "ann" }]);
    const { asked: heard, lapsed } = await driver.take(1);
    assert.deepEqual(heard, [{ command: "pause", by: "ann" }]);
    assert.deepEqual(lapsed.map(describeLapsed), [
      "the command abort of bob expired after 10 minutes without a driver: run it again",
    ]);
    assert.deepEqual((await driver.take(1)).lapsed, []);
  });

  for (const unknown of [{ command: "explode", by: "ann" }, { command: "abort" }, null, 7])
    it(`is taken away and named where it is no command: ${JSON.stringify(unknown)}`, async () => {
      const driver = records();
      await driver.save(stateOf(1));
      ask(0, unknown);
      const { asked: heard, lapsed } = await driver.take(1);
      assert.deepEqual(heard, []);
      assert.match(lapsed.map(describeLapsed).join(), /^command-\d+-x isn't a command of this version of Sluice/);
      assert.deepEqual((await driver.take(1)).lapsed, []);
    });

  it("has no place where there is no such rollout", async () => {
    await assert.rejects(records().ask(9, { command: "pause", by: "ann" }), /404/);
    await assert.rejects(records().take(9), /404/);
  });
});
