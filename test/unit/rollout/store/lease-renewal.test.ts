import assert from "node:assert/strict";
import { CutOffError, TakenError } from "../../../../rollout/store/lease";
import { LeaseWorld, type Line } from "./lease-bench";

describe("the lease of a stack is kept", () => {
  let world: LeaseWorld;
  let lost: { readonly error: Error; readonly at: number }[];
  beforeEach(() => ([world, lost] = [new LeaseWorld(), []]));
  const holding = (line?: Line) =>
    world.time.run(world.take(line, { lost: (error) => lost.push({ error, at: world.seconds }) }));

  it("as long as it is renewed, and goes when it is given free", async () => {
    const lease = await holding();
    const { acquireTime } = world.lease?.spec ?? {};
    await world.pass(3600);
    assert.equal(world.owner, lease.identity);
    assert.equal(world.lease?.spec?.acquireTime?.getTime(), acquireTime?.getTime());
    await lease.release();
    await world.pass(60);
    assert.deepEqual([world.lease, lost], [undefined, []]);
  });

  for (const [what, trouble] of [
    ["is away", 503],
    ["is busy", 429],
    ["refuses the credentials", 401],
    ["forbids it", 403],
    ["does not answer at all", "silent"],
  ] as const) {
    it(`though the cluster ${what} for eight seconds`, async () => {
      const lease = await holding(() => (world.seconds > 20 && world.seconds < 28 ? trouble : undefined));
      await world.pass(120);
      assert.deepEqual(lost, []);
      assert.equal(world.owner, lease.identity);
      await lease.release();
    });

    it(`and given up where the cluster ${what}, before anybody else may take it`, async () => {
      let isCut = false;
      const lease = await holding(() => (isCut ? trouble : undefined));
      await world.pass(31);
      isCut = true;
      const other = world.take();
      await world.time.run(other);
      assert.equal(lost.length, 1);
      assert.ok(lost[0]?.error instanceof CutOffError);
      assert.match(
        lost[0].error.message,
        /^the lease on the stack dev could not be renewed for 10 s, and another process may/,
      );
      const took = world.seconds;
      assert.ok(lost[0].at < took, `it stepped down after ${lost[0].at} s, and the other one took it after ${took} s`);
      isCut = false;
      await lease.release();
      assert.equal(world.owner, (await other).identity, "what somebody else has taken was given free");
      await (await other).release();
    });
  }

  it("and given up once somebody else has taken it", async () => {
    const lease = await holding();
    await world.pass(10);
    const other = { ...world.lease, metadata: { ...world.lease?.metadata, resourceVersion: "x" } };
    world.lease = { ...other, spec: { ...other.spec, holderIdentity: "bob@elsewhere:1" } };
    await world.pass(5);
    assert.deepEqual(
      lost.map(({ error }) => [error instanceof TakenError, error.message]),
      [[true, "bob@elsewhere:1 has taken over the stack dev"]],
    );
    await lease.release();
    assert.equal(world.owner, "bob@elsewhere:1");
  });

  it("and goes on where somebody has touched it, or deleted it", async () => {
    const lease = await holding();
    await world.pass(10);
    world.lease = { ...world.lease, metadata: { ...world.lease?.metadata, resourceVersion: "x" } };
    await world.pass(10);
    world.lease = undefined;
    await world.pass(10);
    assert.deepEqual([lost, world.owner], [[], lease.identity]);
    await lease.release();
  });

  it("by a process that was stopped for a minute, where nobody has taken it", async () => {
    const lease = await holding();
    await world.pass(10);
    world.time.time += 60_000;
    await world.pass(10);
    assert.deepEqual([lost, world.owner], [[], lease.identity]);
    await lease.release();
  });

  for (const [what, namespace] of [
    ["is not there yet", { status: 404 }],
    ["is going", { status: 403, reason: "NamespaceTerminating" }],
  ] as const)
    it(`in a namespace that ${what}, where nobody can have one, and is made once it is there`, async () => {
      world.namespace = namespace;
      const lease = await holding();
      await world.pass(60);
      assert.deepEqual([lost, world.lease], [[], undefined]);
      world.namespace = undefined;
      await world.pass(5);
      assert.equal(world.owner, lease.identity);
      await lease.release();
      assert.equal(world.lease, undefined);
    });

  it("by one of two that have begun where the namespace was not there yet", async () => {
    world.namespace = { status: 404 };
    const first = await holding();
    const second = await holding();
    world.namespace = undefined;
    await world.pass(5);
    assert.deepEqual([lost.length, lost[0]?.error instanceof TakenError], [1, true]);
    assert.ok([first.identity, second.identity].includes(world.owner ?? ""));
    await first.release();
    await second.release();
  });
});
