import assert from "node:assert/strict";
import { begin } from "../../../rollout/machine";
import type { RolloutSpec } from "../../../rollout/spec";
import { DriverWorld } from "./driver-world";
import { specOf } from "./world";

const rolloutOf = (changes: Partial<RolloutSpec> = {}) => begin(specOf(changes), 1, 1_000_000);
const never = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("cut short"))));

describe("a driver that is told what to do", () => {
  let world: DriverWorld;
  beforeEach(() => (world = new DriverWorld()));

  it("cuts a running update short where somebody aborts, and goes back at once", async () => {
    world.takes.update = 600_000;
    world.askAt(10_000, "abort");
    world.clock.at(9_000, () => (world.takes.update = 2000));
    const ended = await world.drive(rolloutOf({ progressDeadline: 86_400_000 }));
    assert.deepEqual(world.log, [
      "update trial 0",
      // Users don't wait until what is under way has ended.
      "withdraw",
      "update trial 0 was cut short",
      "update stable",
      "settle",
      "post",
    ]);
    assert.equal(ended.outcome, "aborted by ann");
    assert.ok(world.clock.time < 1_000_000 + 20_000);
  });

  it("holds the weight while somebody pauses, checks go on, and resumes", async () => {
    world.askAt(10_000, "pause");
    let weights: unknown[] = [];
    let rounds = 0;
    world.clock.at(30_000, () => (rounds = world.last.rounds.length));
    world.clock.at(330_000, () => {
      weights = world.brought.slice();
      rounds = world.last.rounds.length - rounds;
    });
    world.askAt(331_000, "resume");
    const ended = await world.drive();
    assert.deepEqual(weights, ["v2 trial 0", "v2 trial 1"]);
    assert.ok(rounds >= 28, `${rounds} rounds in five minutes`);
    assert.equal(ended.phase, "Succeeded");
  });

  it("lets the rounds bring users back though it is paused", async () => {
    world.askAt(10_000, "pause");
    world.verdict = () => (world.clock.time > 1_000_000 + 100_000 ? "failed" : "passed");
    const ended = await world.drive();
    assert.deepEqual(world.brought, ["v2 trial 0", "v2 trial 1", "v2 stable"]);
    assert.match(ended.outcome ?? "", /failed rounds/);
  });

  it("does not begin anew what it does where a wish does not change that", async () => {
    world.askAt(1000, "pause");
    world.askAt(5000, "resume");
    await world.drive();
    assert.equal(world.log.filter((one) => one === "update trial 0").length, 1);
    assert.deepEqual(
      world.log.filter((one) => one.endsWith("cut short")),
      [],
    );
  });

  it("stores nothing where a wish has no effect", async () => {
    world.askAt(10_000, "abort");
    world.askAt(11_100, "abort");
    world.askAt(11_100, "pause");
    await world.drive();
    assert.equal(new Set(world.shown.map((state) => JSON.stringify(state))).size, world.shown.length);
  });

  it("hears two wishes at once, in their order", async () => {
    world.clock.at(10_000, () => {
      world.asked.push({ command: "pause", by: "ann" }, { command: "resume", by: "bob" });
    });
    assert.equal((await world.drive()).phase, "Succeeded");
    assert.deepEqual(
      world.told.filter((line) => /ann|bob/.test(line)),
      ["info: paused by ann: the weight stays, checks continue", "info: resumed by bob"],
    );
  });

  it("goes back at once from a version that crashes after its promotion", async () => {
    world.crashes = ({ phase }) => (phase === "Baking" ? "it crashes" : undefined);
    const ended = await world.drive(rolloutOf({ bake: 600_000 }));
    assert.equal(ended.outcome, "after its promotion, it crashes");
    assert.deepEqual(world.brought.slice(-2), ["v2 promoted", "v2 stable"]);
  });

  it("checks at once where a version is shown to be worse after its promotion", async () => {
    const isBaking = ({ phase }: { phase: string }) => phase === "Baking";
    world.alarms = (state) => (isBaking(state) ? "it is worse" : undefined);
    world.verdict = (state) => (isBaking(state) ? "failed" : "passed");
    const ended = await world.drive(
      rolloutOf({ bake: 600_000, interval: 300_000, progressDeadline: 900_000, threshold: 1 }),
    );
    assert.equal(ended.outcome, "after its promotion, 1 of 1 failed rounds: it is failed");
    assert.ok((ended.endedAt ?? 0) - ended.stepSince < 10_000);
  });

  it("goes back at once from a canary that crashes, in the middle of anything", async () => {
    for (const from of [1000, 5000, 12_000, 40_000]) {
      world = new DriverWorld();
      let backAt = Infinity;
      world.onBrought = (what) => (backAt = what === "v2 stable" ? Math.min(backAt, world.clock.time) : backAt);
      world.crashes = () => (world.clock.time >= 1_000_000 + from ? "pod x is in CrashLoopBackOff" : undefined);
      const ended = await world.drive();
      assert.deepEqual([ended.phase, ended.outcome], ["Failed", "pod x is in CrashLoopBackOff"]);
      assert.equal(world.brought.at(-1), "v2 stable");
      assert.ok(backAt < 1_000_000 + from + 5000, `from ${from}, it took until ${backAt}`);
    }
  });

  it("makes the round of checks at once where the canary is shown to be broken between two rounds", async () => {
    const from = 8000;
    let backAt = Infinity;
    const isBroken = () => world.clock.time >= 1_000_000 + from;
    world.onBrought = (what) => (backAt = what === "v2 stable" ? Math.min(backAt, world.clock.time) : backAt);
    world.verdict = () => (isBroken() ? "failed" : "passed");
    world.alarms = () => (isBroken() ? "worse than v1" : undefined);
    world.takes.check = 100;
    const spec = specOf({ interval: 3_600_000, threshold: 1, progressDeadline: 7_200_000 });
    const ended = await world.drive(begin(spec, 1, 1_000_000));
    assert.equal(ended.outcome, "1 of 1 failed rounds: it is failed");
    assert.ok(backAt < 1_000_000 + from + 5000, `it took until ${backAt}`);
  });

  it("does not look for crashes of pods that go anyway", async () => {
    world.askAt(5000, "abort");
    let looks = 0;
    world.crashes = ({ outcome }) => {
      if (outcome !== undefined) looks += 1;
      return undefined;
    };
    await world.drive();
    assert.equal(looks, 0);
  });

  for (const port of ["check", "ask", "post"] as const)
    it(`is not held up by a webhook that hangs: ${port}`, async () => {
      world[port] = (_state: unknown, _type: unknown, signal?: AbortSignal) => never(signal ?? (_type as AbortSignal));
      world.askAt(20_000, "abort");
      const controller = new AbortController();
      world.clock.at(100_000, () => controller.abort(new Error("enough")));
      const driving = world.drive(rolloutOf(), controller.signal);
      if (port !== "post") {
        world.post = () => Promise.resolve();
        assert.equal((await driving).outcome, "aborted by ann");
      } else await assert.rejects(driving, /enough/);
      assert.equal(world.file["stable"], "v1");
    });

  it("gives up on a webhook that hangs once nothing has moved for too long", async () => {
    world.check = (_state, _type, signal) => never(signal);
    const ended = await world.drive(rolloutOf({ progressDeadline: 60_000 }));
    assert.equal(ended.outcome, "no progress within 60 s");
    assert.equal(world.brought.at(-1), "v2 stable");
  });

  it("hears people while the stack's file can't be read", async () => {
    world.next = () => {
      throw new Error("a YAML error");
    };
    world.commands = () => {
      if (world.clock.time < 1_000_000 + 30_000) throw new Error("no API server");
      return Promise.resolve(world.asked.splice(0));
    };
    world.askAt(10_000, "abort");
    assert.equal((await world.drive()).outcome, "aborted by ann");
  });
});
