import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hostname, userInfo } from "node:os";
import { TakenError } from "../../../../rollout/store/lease";
import { leaseBench, leaseKey } from "./lease-bench";

const me = `${userInfo().username}@${hostname()}:${process.pid}`;
describe("the lease of a stack's driver", () => {
  const { api, take, holder, spec, hold } = leaseBench();
  /** As a process of this machine that runs, but is not this one. */
  const asAnother = <Result>(work: () => Result): Result => {
    const { pid } = process;
    Object.defineProperty(process, "pid", { value: process.ppid, configurable: true });
    try {
      return work();
    } finally {
      Object.defineProperty(process, "pid", { value: pid, configurable: true });
    }
  };

  it("is taken where nobody has it, says whose it is, and goes when it is given free", async () => {
    assert.equal(await holder(), undefined);
    const lease = await take();
    assert.deepEqual([spec()?.["holderIdentity"], spec()?.["leaseDurationSeconds"]], [me, 15]);
    assert.match(String(spec()?.["renewTime"]), /^\d{4}-\d\d-\d\dT.*\.\d{6}Z$/);
    assert.equal(await holder(), me);
    await lease.release();
    assert.deepEqual([api().objects.size, await holder()], [0, undefined]);
  });

  it("is one driver's of two that take it at once", async () => {
    for (const prepare of [() => undefined, () => hold("bob@elsewhere:1", 60_000)]) {
      for (let time = 0; time < 4; time += 1) {
        api().objects.clear();
        prepare();
        const both = await Promise.allSettled([take(), asAnother(() => take())]);
        const taken = both.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
        const refused = both.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
        assert.deepEqual([taken.length, refused.length], [1, 1]);
        assert.ok(refused[0] instanceof TakenError);
        assert.match(refused[0].message, /^the stack dev is being rolled out by .*: sluice rollout --watch shows it$/);
        await taken[0]?.release();
        assert.equal(api().objects.size, 0);
      }
    }
  });

  it("is refused at once where a driver of this machine runs", async () => {
    hold(`ann@${hostname()}:${process.ppid}`);
    await assert.rejects(take(), /the stack dev is being rolled out by ann@/);
  });

  it("is taken at once from a driver of this machine that was killed, and from one that went silent", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    for (const [by, ago] of [
      [`ann@${hostname()}:${pid}`, 0],
      ["bob@elsewhere:1", 16_000],
      ["", 0],
    ] as const) {
      hold(by, ago);
      assert.equal(await holder(), undefined);
      await (await take()).release();
      assert.deepEqual(api().objects.size, 0);
    }
  });

  it("is waited for while nobody knows whether its driver is gone", async () => {
    hold("bob@elsewhere:1", 500, 1);
    assert.equal(await holder(), "bob@elsewhere:1");
    const told: string[] = [];
    const lease = await take({ report: (text) => told.push(text) });
    assert.match(told[0] ?? "", /^bob@elsewhere:1 has the stack, and is gone if it says nothing for 15 s$/);
    await lease.release();
  });

  it("is refused as soon as its driver is heard of", async () => {
    hold("bob@elsewhere:1", 5000);
    setTimeout(() => hold("bob@elsewhere:1"), 200);
    await assert.rejects(take(), TakenError);
  });

  it("is no longer waited for once the user interrupts", async () => {
    hold("bob@elsewhere:1");
    const controller = new AbortController();
    const reason = new Error("interrupted");
    setTimeout(() => controller.abort(reason), 100);
    await assert.rejects(take({ signal: controller.signal }), reason);
  });

  it("is somebody else's to give free once they have taken it", async () => {
    const lease = await take();
    hold("bob@elsewhere:1");
    await lease.release();
    assert.equal(spec()?.["holderIdentity"], "bob@elsewhere:1");
  });

  it("lets a cluster that is away find it expired", async () => {
    const lease = await take();
    api().before = () => 503;
    await lease.release();
  });

  it("is given free though somebody touches it meanwhile", async () => {
    const lease = await take();
    let touches = 3;
    api().before = (method) => {
      if (method === "DELETE" && touches-- > 0) api().put(leaseKey, api().objects.get(leaseKey) ?? {});
    };
    await lease.release();
    assert.equal(api().objects.size, 0);
  });
});
