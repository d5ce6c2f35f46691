import assert from "node:assert/strict";
import { clusterApi } from "../../../../cluster/api";
import { RolloutRecords } from "../../../../rollout/store/records";
import { describeUndriven, driverOf, whyUndriven } from "../../../../rollout/store/standing";
import { fakeApi } from "../../support/fake-api";
import { leaseKey } from "./lease-bench";
import { recordKey, stateOf } from "./record-states";

const at = { stack: "dev", namespace: "demo" };
const minute = 60_000;

describe("whether somebody drives a rollout", () => {
  const fake = fakeApi();
  const opened = () => {
    const api = clusterApi(fake().cluster);
    return { api, at, records: new RolloutRecords(api, "dev", "demo") };
  };
  let now = 0;
  beforeEach(() => (now = Date.now()));
  /** `2026-03-02 09:00:00 UTC`, that long ago. */
  const ago = (milliseconds: number) =>
    `${new Date(now - milliseconds).toISOString().replace("T", " ").slice(0, 19)} UTC`;
  /** The lease of another machine, last written that long ago by the API server's clock. */
  const hold = (doing: string, silentFor: number) =>
    fake().api.put(leaseKey, {
      metadata: {
        annotations: { "sluice.dev/doing": doing },
        managedFields: [{ time: new Date(now - silentFor).toISOString() }],
      },
      spec: { holderIdentity: "bob@elsewhere:1", leaseDurationSeconds: 15 },
    });
  /** A rollout whose state was stored an hour ago. */
  async function stored(): Promise<void> {
    await opened().records.save(stateOf(1));
    const object = fake().api.objects.get(recordKey(1)) ?? assert.fail("there is no record");
    const storedAt = new Date(now - 60 * minute).toISOString();
    fake().api.put(recordKey(1), { ...object, data: { ...(object["data"] as object), storedAt } });
  }
  const why = () => whyUndriven(opened(), stateOf(1));

  it("is so while its driver is heard of", async () => {
    await stored();
    hold("rollout", 2000);
    assert.equal(await driverOf(opened()), "bob@elsewhere:1");
    assert.equal(await why(), undefined);
  });

  it("needs not be so once it is over", async () =>
    assert.equal(await whyUndriven(opened(), stateOf(1, { activity: { kind: "done" } })), undefined));

  it("is not so since its driver fell silent", async () => {
    await stored();
    hold("rollout", 3 * minute);
    assert.equal(await driverOf(opened()), undefined);
    assert.equal(await why(), `no driver since ${ago(3 * minute)} (the lease of bob@elsewhere:1 expired)`);
  });

  it("is not so since its driver has left it, and why it did", async () => {
    await stored();
    await opened().records.leave(1, { by: "ann@laptop (process 1)", why: "interrupted" });
    assert.match((await why()) ?? "", /^no driver since [-\d]+ [:\d]+ UTC \(ann@laptop \(process 1\): interrupted\)$/);
  });

  for (const doing of ["up", "shift", undefined])
    it(`is not so since its state was stored, whoever else works on the stack: ${doing ?? "nobody"}`, async () => {
      await stored();
      if (doing !== undefined) hold(doing, 0);
      assert.equal(await driverOf(opened()), undefined);
      assert.equal(await why(), `no driver since ${ago(60 * minute)}`);
    });

  it("is told with what waits for a driver", async () => {
    await stored();
    await opened().records.ask(1, { command: "abort", by: "ann" });
    const undriven = (await why()) ?? "";
    assert.match(undriven, /UTC; abort, asked by ann, waits for a driver$/);
    assert.match(
      describeUndriven(stateOf(1), undriven),
      /^rollout 1 to v2 is Initializing at step 0 of 3, with no driver since /,
    );
  });
});
