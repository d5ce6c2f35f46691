import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hostname, userInfo } from "node:os";
import { describeHolder, isKilled, newIdentity } from "../../../../rollout/store/identity";
import { TakenError } from "../../../../rollout/store/lease";
import { leaseBench, leaseKey, LeaseWorld } from "./lease-bench";

const { pid } = spawnSync(process.execPath, ["-e", ""]);
const killed = newIdentity().replace(`:${process.pid}:`, `:${pid}:`);

describe("the lease of a stack is taken", () => {
  let world: LeaseWorld;
  beforeEach(() => (world = new LeaseWorld()));
  const run = <Result>(work: Promise<Result>) => world.time.run(work);

  it("at once where nobody has it, and by one of two that take it at once", async () => {
    for (let time = 0; time < 10; time += 1) {
      const both = await run(Promise.allSettled([world.take(), world.take()]));
      const taken = both.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      const refused = both.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
      assert.deepEqual([taken.length, refused.length], [1, 1]);
      assert.ok(refused[0] instanceof TakenError);
      assert.equal(world.owner, taken[0]?.identity);
      await taken[0]?.release();
    }
  });

  it("by one of several that have waited for one that is gone", async () => {
    const gone = await run(world.take());
    world.lease = { ...world.lease, spec: { ...world.lease?.spec, holderIdentity: "bob@elsewhere:1" } };
    await gone.release();
    const all = await run(Promise.allSettled([world.take(), world.take(), world.take()]));
    const taken = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    assert.equal(taken.length, 1);
    await taken[0]?.release();
  });

  for (const [doing, message] of [
    [
      "rollout",
      /^.*\(process \d+\) is driving a rollout of the stack dev: look at it with sluice history .*sluice abort/,
    ],
    ["shift", /^.*\(process \d+\) is changing the stack dev right now with sluice shift: wait until that has ended$/],
  ] as const)
    it(`by nobody while its holder is heard of: ${doing}`, async () => {
      const lease = await run(world.take(undefined, { doing }));
      const began = world.seconds;
      await assert.rejects(
        run(world.take()),
        (error: Error) => error instanceof TakenError && message.test(error.message),
      );
      assert.ok(world.seconds - began < 5);
      await lease.release();
    });

  it("by somebody patient once its holder has ended", async () => {
    const first = await run(world.take(undefined, { doing: "up" }));
    const next = world.take(undefined, { isPatient: true });
    await world.pass(40);
    assert.equal(world.owner, first.identity);
    await first.release();
    const second = await run(next);
    assert.equal(world.owner, second.identity);
    await second.release();
  });

  for (const ahead of [0, 60_000, -60_000])
    it(`once it was seen for 15 s that it is not renewed, whatever clock its holder had: ${ahead} ms ahead`, async () => {
      const renewTime = new Date(Date.now() + ahead) as never;
      world.lease = {
        metadata: { resourceVersion: "1" },
        spec: { holderIdentity: "bob@elsewhere:1", renewTime, leaseDurationSeconds: 15 },
      };
      const told: string[] = [];
      const lease = await run(world.take(undefined, { report: (text) => told.push(text) }));
      assert.ok(world.seconds > 15 && world.seconds < 18, String(world.seconds));
      assert.equal(told[0], "waiting up to 15 s for the lease of bob@elsewhere:1 to expire");
      assert.equal(world.lease.spec?.leaseTransitions, 1);
      await lease.release();
    });

  it("at once from a holder of this machine that was killed, or that has given it free without a word", async () => {
    for (const holderIdentity of [killed, ""]) {
      world.lease = { metadata: { resourceVersion: "1" }, spec: { holderIdentity } };
      const began = world.seconds;
      const lease = await run(world.take());
      assert.equal(world.seconds, began);
      await lease.release();
    }
  });

  it("at once from one that gives it free while it is waited for", async () => {
    const first = await run(world.take());
    const second = world.take();
    await first.release();
    await (await run(second)).release();
    assert.ok(world.seconds < 2, String(world.seconds));
  });

  it("no more once the user interrupts", async () => {
    world.lease = { metadata: { resourceVersion: "1" }, spec: { holderIdentity: "bob@elsewhere:1" } };
    const controller = new AbortController();
    world.time.at(3000, () => controller.abort(new Error("interrupted")));
    await assert.rejects(run(world.take(undefined, { signal: controller.signal })));
    assert.equal(world.owner, "bob@elsewhere:1");
  });
});

describe("the lease of a stack in a cluster", () => {
  const { api, take, holder, spec, hold } = leaseBench();

  it("says whose it is, what for, and when it was heard of; and goes when it is given free", async () => {
    assert.equal(await holder(), undefined);
    const lease = await take({ doing: "shift" });
    assert.deepEqual([spec()?.["holderIdentity"], spec()?.["leaseDurationSeconds"]], [lease.identity, 15]);
    assert.match(String(spec()?.["renewTime"]), /^\d{4}-\d\d-\d\dT.*\.\d{6}Z$/);
    const { seenAt, ...rest } = (await holder()) ?? assert.fail("nobody holds it");
    assert.deepEqual(rest, {
      who: `${userInfo().username}@${hostname()} (process ${process.pid})`,
      doing: "shift",
      isAlive: true,
    });
    assert.ok(Math.abs(seenAt - Date.now()) < 10_000);
    await lease.release();
    assert.deepEqual([api().objects.size, await holder()], [0, undefined]);
  });

  it("says that its holder is gone: long silent, or killed on this machine", async () => {
    for (const [identity, ago, isAlive] of [
      ["bob@elsewhere:1", 5000, true],
      ["bob@elsewhere:1", 20_000, false],
      [killed, 0, false],
    ] as const) {
      hold(identity, ago);
      assert.equal((await holder())?.isAlive, isAlive, `${identity} ${ago}`);
    }
  });

  it("is dated by the API server, where that says when it was written, and not by its holder's clock", async () => {
    for (const [written, isAlive] of [
      [0, true],
      [60_000, false],
    ] as const) {
      hold("bob@elsewhere:1", written === 0 ? 60_000 : -60_000);
      const metadata = { managedFields: [{ manager: "node", time: new Date(Date.now() - written).toISOString() }] };
      api().put(leaseKey, { ...api().objects.get(leaseKey), metadata });
      assert.equal((await holder())?.isAlive, isAlive, String(written));
    }
  });

  it("is somebody else's to give free once they have taken it", async () => {
    const lease = await take();
    hold("bob@elsewhere:1");
    await lease.release();
    assert.equal(spec()?.["holderIdentity"], "bob@elsewhere:1");
  });

  it("is found expired by others, where the cluster is away when it is given free", async () => {
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

describe("the identity of a holder", () => {
  it("is another one each time, and names user, host and process", () => {
    const [first, second] = [newIdentity(), newIdentity()];
    assert.notEqual(first, second);
    assert.equal(describeHolder(first), `${userInfo().username}@${hostname()} (process ${process.pid})`);
    assert.equal(describeHolder("ann@laptop:1"), "ann@laptop:1");
  });

  it("tells that its process was killed on this machine, and nothing of another machine of the same name", () => {
    assert.equal(isKilled(newIdentity()), false);
    assert.equal(isKilled(killed), true);
    assert.equal(isKilled(killed.replace(/:[0-9a-f]{8}-/, ":12345678-")), false);
    assert.equal(isKilled(`ann@${hostname()}:${pid}`), false);
  });
});
