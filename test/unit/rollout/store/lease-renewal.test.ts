import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { heldIntervals } from "../../support/intervals";
import { leaseBench } from "./lease-bench";

describe("the lease of a stack's driver is renewed", () => {
  const { api, take, spec, hold } = leaseBench();
  const fiveSecondsPass = heldIntervals();
  const renewed = async (count: number) => {
    while (api().requests.filter((one) => one.startsWith("PUT")).length < count) await sleep(5);
    await sleep(20);
  };

  it("every five seconds", async () => {
    const lease = await take();
    const first = spec()?.["renewTime"];
    fiveSecondsPass();
    await renewed(1);
    assert.notEqual(spec()?.["renewTime"], first);
    fiveSecondsPass();
    await renewed(2);
    await lease.release();
    fiveSecondsPass();
    await sleep(50);
    assert.equal(api().objects.size, 0);
  });

  it("and says where somebody else has taken it", async () => {
    const lost: Error[] = [];
    const lease = await take({ lost: (error) => lost.push(error) });
    hold("bob@elsewhere:1");
    fiveSecondsPass();
    while (lost.length === 0) await sleep(5);
    assert.match(String(lost[0]), /bob@elsewhere:1 has taken over the rollout/);
    await lease.release();
    assert.equal(spec()?.["holderIdentity"], "bob@elsewhere:1");
  });

  it("and is lost where the cluster forbids it, but not while it is away", async () => {
    const lost: Error[] = [];
    const lease = await take({ lost: (error) => lost.push(error) });
    for (const [status, losses] of [
      [503, 0],
      [429, 0],
      [403, 1],
    ] as const) {
      let asked = false;
      api().before = () => {
        asked = true;
        return status;
      };
      fiveSecondsPass();
      while (!asked) await sleep(5);
      await sleep(20);
      assert.equal(lost.length, losses, String(status));
    }
    api().before = () => undefined;
    await lease.release();
  });

  for (const slow of ["GET", "PUT"])
    it(`and is gone after it is given free in the middle of that: ${slow}`, async () => {
      const lease = await take();
      let isUnderWay = false;
      let isFirst = true;
      api().before = async (method) => {
        if (method !== slow || !isFirst) return;
        isFirst = false;
        isUnderWay = true;
        await sleep(100);
      };
      fiveSecondsPass();
      while (!isUnderWay) await sleep(5);
      await lease.release();
      await sleep(150);
      assert.equal(api().objects.size, 0, "the lease of a driver that has ended is still there");
    });
});
