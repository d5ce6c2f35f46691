import assert from "node:assert/strict";
import { begin } from "../../../rollout/machine";
import { isEnded } from "../../../rollout/state";
import { DriverWorld } from "./driver-world";
import { blueGreen } from "./walk";
import { specOf } from "./world";

const rolloutOf = (changes = {}) => begin(specOf(changes), 1, 1_000_000);

describe("a driver", () => {
  let world: DriverWorld;
  beforeEach(() => (world = new DriverWorld()));

  it("does what the state says, in order, each stored before it is begun", async () => {
    const ended = await world.drive();
    assert.equal(ended.phase, "Succeeded");
    assert.deepEqual(world.log, [
      "update trial 0",
      "confirm-rollout",
      "pre-rollout at 0",
      "update trial 1",
      "rollout at 1",
      "confirm-traffic-increase",
      "update trial 2",
      "rollout at 2",
      "confirm-traffic-increase",
      "update trial 3",
      "rollout at 3",
      "confirm-promotion",
      "update promotion",
      "update promoted",
      "settle",
      "post",
    ]);
    assert.deepEqual(world.last, JSON.parse(JSON.stringify(ended)));
    assert.equal(world.file["stable"], "v2");
  });

  it("switches colors", async () => {
    const ended = await world.drive(rolloutOf(blueGreen));
    assert.equal(ended.phase, "Succeeded");
    assert.deepEqual(world.brought, ["v2 trial 0", "v2 trial 1", "v2 promoted"]);
  });

  it("shows every state once it is stored, the first and the last too, and tells people", async () => {
    const first = rolloutOf();
    const ended = await world.drive(first);
    assert.deepEqual([world.shown[0], world.shown.at(-1)], [first, ended]);
    assert.equal(new Set(world.shown).size, world.shown.length);
    assert.equal(world.clock.sleepers, 0, "something goes on");
    assert.deepEqual([world.told.length, world.told.at(-1)], [7, "info: v2 has taken the place of v1"]);
  });

  it("takes users back where the rounds fail", async () => {
    world.verdict = ({ step }) => (step === 2 ? "failed" : "passed");
    const ended = await world.drive();
    assert.deepEqual([ended.phase, ended.outcome], ["Failed", "2 of 2 failed rounds: it is failed"]);
    assert.deepEqual(world.brought, ["v2 trial 0", "v2 trial 1", "v2 trial 2", "v2 stable"]);
  });

  it("keeps to the interval between rounds", async () => {
    const times: number[] = [];
    world.takes.save = 0;
    world.verdict = ({ step }) => {
      if (step === 1) times.push(world.clock.time);
      return "passed";
    };
    await world.drive(rolloutOf({ steps: [{ weight: 10, rules: {}, checks: 4 }], interval: 10_000 }));
    assert.deepEqual(
      times.slice(1).map((time, index) => time - (times[index] ?? 0)),
      [10_000, 10_000, 10_000],
    );
  });

  it("has nothing to do for what is over already", async () => {
    const ended = await world.drive();
    const log = [...world.log];
    assert.equal(await world.drive(ended), ended);
    assert.deepEqual(world.log, log);
  });

  it("ends with the signal's own reason, cuts short what it was doing, and leaves the state", async () => {
    const controller = new AbortController();
    const reason = new Error("somebody else has taken over");
    world.clock.at(500, () => controller.abort(reason));
    await assert.rejects(world.drive(rolloutOf(), controller.signal), reason);
    assert.deepEqual(world.log, ["update trial 0", "update trial 0 was cut short"]);
    assert.equal(world.last.phase, "Initializing");
    assert.equal(world.clock.sleepers, 0, "something goes on");
  });

  it("ends with the signal's own reason where that was aborted before", async () => {
    const reason = new Error("too late");
    await assert.rejects(world.drive(rolloutOf(), AbortSignal.abort(reason)), reason);
    assert.equal(world.stored.size, 0);
  });

  it("ends with what storing a state throws, having begun nothing", async () => {
    const error = new Error("forbidden");
    world.save = () => Promise.reject(error);
    await assert.rejects(world.drive(), error);
    assert.deepEqual(world.log, []);
  });

  it("ends with a mistake of Sluice's own, and leaves the state for another driver", async () => {
    const error = new TypeError("undefined is not a function");
    for (const [port, kind] of [
      ["check", "round"],
      ["update", "update"],
    ] as const) {
      world = new DriverWorld();
      world[port] = () => Promise.reject(error);
      await assert.rejects(world.drive(), error);
      assert.equal(world.last.activity.kind, kind);
    }
  });
});

describe("a driver whose cluster is away for a while", () => {
  for (const [what, from] of [
    ["in the middle of an update", 5_000],
    ["between two rounds", 12_000],
    ["while a state is stored", 0],
  ] as const)
    it(`waits for it ${what}, and goes on`, async () => {
      const world = new DriverWorld();
      const isIn = (time: number) => time >= 1_000_000 + from && time < 1_000_000 + from + 40_000;
      world.isAway = () => isIn(world.clock.time);
      world.askAt(from + 1000, "pause");
      world.askAt(from + 60_000, "resume");
      const ended = await world.drive();
      assert.deepEqual([ended.phase, isEnded(ended)], ["Succeeded", true]);
      assert.deepEqual(
        world.brought,
        ["trial 0", "trial 1", "trial 2", "trial 3", "promotion", "promoted"].map((one) => `v2 ${one}`),
      );
      assert.ok(world.told.some((line) => line.startsWith("info: paused by ann")));
    });

  it("takes users back after the deadline, once it is there again", async () => {
    const world = new DriverWorld();
    const [from, to] = [1_000_000 + 5_000, 1_000_000 + 605_000];
    world.isAway = () => world.clock.time >= from && world.clock.time < to;
    const ended = await world.drive();
    assert.match(ended.outcome ?? "", /^no progress within 60 s/);
    assert.equal(world.brought.at(-1), "v2 stable");
  });
});
