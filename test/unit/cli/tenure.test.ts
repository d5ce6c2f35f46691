import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Tenure } from "../../../cli/rollout/tenure";
import { clusterApi } from "../../../cluster/api";
import { ClusterError } from "../../../cluster/errors";
import { CutOffError, TakenError } from "../../../rollout/store/lease";
import { leaseKey } from "../rollout/store/lease-bench";
import { fakeApi } from "../support/fake-api";

/** A clock that runs fast. */
const clock = {
  now: () => performance.now() * 50,
  wait: (milliseconds: number, signal: AbortSignal) => sleep(milliseconds / 50, undefined, { signal }),
};

const away = new ClusterError("unavailable", "it is away");
const never = () => assert.fail("nobody may look");

describe("the tenure of a driver", () => {
  const fake = fakeApi();
  const begin = (interrupted = new AbortController().signal) =>
    Tenure.begin({
      api: clusterApi(fake().cluster),
      at: { stack: "dev", namespace: "demo" },
      report: () => undefined,
      interrupted,
      clock,
    });
  const owner = () =>
    (fake().api.objects.get(leaseKey)?.["spec"] as { holderIdentity: string } | undefined)?.holderIdentity;
  const hold = (time: number) =>
    fake().api.put(leaseKey, { spec: { holderIdentity: "bob@elsewhere:1", renewTime: new Date(time).toISOString() } });
  /** The cluster is away until the driver has stepped down. */
  async function cutOff(tenure: Tenure): Promise<void> {
    const { signal } = tenure;
    fake().api.before = () => 503;
    if (!signal.aborted) await once(signal, "abort");
    assert.ok(signal.reason instanceof CutOffError, String(signal.reason));
  }

  it("ends while the cluster is away, and goes on once it answers", async () => {
    const tenure = await begin();
    for (let time = 0; time < 2; time += 1) {
      await cutOff(tenure);
      let looks = 0;
      const look = () => ((looks += 1) === 1 ? Promise.reject(away) : Promise.resolve("as it was"));
      const resumed = tenure.resume(() => undefined, look);
      fake().api.before = () => undefined;
      assert.deepEqual([await resumed, looks], ["as it was", 2]);
      assert.deepEqual([tenure.signal.aborted, owner()], [false, tenure.identity]);
    }
    await tenure.end();
    assert.equal(owner(), undefined);
  });

  it("is over where somebody else has taken the stack meanwhile", async () => {
    const tenure = await begin();
    await cutOff(tenure);
    let renewals = 0;
    fake().api.before = () => hold((renewals += 1));
    await assert.rejects(
      tenure.resume(() => undefined, never),
      TakenError,
    );
    await tenure.end();
    assert.equal(owner(), "bob@elsewhere:1");
  });

  it("is over where the user does not want to wait for the cluster", async () => {
    const controller = new AbortController();
    const tenure = await begin(controller.signal);
    await cutOff(tenure);
    const resumed = tenure.resume(() => undefined, never);
    controller.abort(new Error("interrupted"));
    await assert.rejects(resumed, /^Error: interrupted$/);
    await tenure.end();
  });

  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    it(`ends with a mistake of the program, wherever it is made: ${event}`, async () => {
      const others = process.listeners(event as "uncaughtException");
      const tenure = await begin();
      const own = process.listeners(event as "uncaughtException").filter((listener) => !others.includes(listener));
      const mistake = new TypeError("undefined is not a function");
      // 14 is gRPC's UNAVAILABLE: Pulumi's engine is gone, whose update was broken off for a way back.
      for (const listener of own) listener(Object.assign(new Error("14 UNAVAILABLE"), { code: 14 }), event);
      assert.ok(!tenure.signal.aborted);
      for (const listener of own) listener(mistake, event);
      assert.equal(tenure.signal.reason, mistake);
      await tenure.end();
      assert.deepEqual(process.listeners(event as "uncaughtException"), others);
    });
});
