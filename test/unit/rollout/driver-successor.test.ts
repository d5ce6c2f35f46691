import assert from "node:assert/strict";
import { begin } from "../../../rollout/machine";
import type { RolloutSpec } from "../../../rollout/spec";
import type { RolloutState } from "../../../rollout/state";
import { abandonedBy } from "../../../rollout/supersede";
import { DriverWorld } from "./driver-world";
import { specOf } from "./world";

const v3 = specOf({ to: "v3", checksum: "3333333333" });

/** A world in which the stack names another rollout from a time on. */
function worldWith(next: RolloutSpec, from: number): DriverWorld {
  const world = new DriverWorld();
  const isThere = () => world.clock.time >= 1_000_000 + from;
  world.next = ({ spec }) => (isThere() && spec.checksum !== next.checksum ? next : undefined);
  return world;
}

const recordOf = (world: DriverWorld, id: number) => JSON.parse(world.stored.get(id) ?? "null") as RolloutState;

describe("a new version in the middle of a rollout", () => {
  it("starts over from 0 with it, and the pods of the one before go", async () => {
    const world = worldWith(v3, 30_000);
    const ended = await world.drive();
    assert.deepEqual([ended.id, ended.phase, ended.spec.to], [2, "Succeeded", "v3"]);
    const [before, after] = [world.brought.filter((one) => one.startsWith("v2")), world.brought.slice(-6)];
    assert.ok(before.length > 1 && !before.includes("v2 promotion") && !before.includes("v2 stable"), before.join());
    assert.deepEqual(
      after,
      ["trial 0", "trial 1", "trial 2", "trial 3", "promotion", "promoted"].map((one) => `v3 ${one}`),
    );
    assert.deepEqual([world.file["versions.v2.replicas"], world.file["stable"]], [0, "v3"]);
    const old = recordOf(world, 1);
    assert.deepEqual([old.phase, old.activity.kind, old.outcome], ["Failed", "done", "superseded by v3"]);
    assert.ok(world.told.includes("warn: superseded by v3: starting over from 0 with v3"));
  });

  it("cuts a running update short", async () => {
    const world = worldWith(v3, 1000);
    world.takes.update = 300_000;
    world.clock.at(5000, () => (world.takes.update = 2000));
    await world.drive(begin(specOf({ progressDeadline: 600_000 }), 1, 1_000_000));
    assert.deepEqual(world.log.slice(0, 3), ["update trial 0", "update trial 0 was cut short", "update trial 0"]);
  });

  it("starts over too where the same version has become another one, whose pods stay", async () => {
    const world = worldWith(specOf({ checksum: "another" }), 30_000);
    const ended = await world.drive();
    assert.deepEqual([ended.id, ended.phase, ended.spec.abandoned], [2, "Succeeded", undefined]);
    assert.equal(recordOf(world, 1).outcome, "superseded by another v2");
  });

  it("is none where the stack names what is rolled out already", async () => {
    const world = new DriverWorld();
    world.next = () => (world.clock.time < 1_060_000 ? specOf({ threshold: 7 }) : undefined);
    const ended = await world.drive();
    assert.deepEqual([ended.id, ended.phase, ended.spec], [1, "Succeeded", specOf()]);
  });

  it("waits where this one is being promoted, or watched after that", async () => {
    const world = worldWith(v3, 0);
    const { next } = world;
    world.next = (state) => (["Promoting", "Finalising", "Baking"].includes(state.phase) ? next(state) : undefined);
    const ended = await world.drive(begin(specOf({ bake: 30_000 }), 1, 1_000_000));
    assert.deepEqual([ended.id, ended.phase], [1, "Succeeded"]);
  });

  for (const [seen, crashes, progressDeadline] of [
    ["a crash", true, 60_000],
    ["its deadline", false, 15_000],
  ] as const)
    it(`is not held to what is seen of the one before while storing takes long: ${seen}`, async () => {
      const world = worldWith(v3, 17_000);
      const stored = world.save.bind(world);
      const isReplacing = () => world.clock.time >= 1_000_000 + 18_500;
      if (crashes) world.crashes = ({ spec }) => (isReplacing() && spec.to === "v2" ? "it crashes" : undefined);
      world.verdict = ({ spec }) => (spec.to === "v2" ? "failed" : "passed");
      world.save = async (state, signal) => {
        if (!world.stored.has(state.id) && state.id === 2) await world.clock.wait(10_000, signal);
        await stored(state, signal);
      };
      const ended = await world.drive(begin(specOf({ threshold: 99, progressDeadline }), 1, 1_000_000));
      assert.deepEqual([ended.id, ended.phase, ended.outcome], [2, "Succeeded", "v3 has taken the place of v1"]);
    });

  it("lets the wish to go back through that was meant for the one before", async () => {
    const world = worldWith(v3, 30_000);
    world.askAt(31_000, "abort");
    const ended = await world.drive();
    assert.deepEqual([ended.id, ended.outcome], [2, "aborted by ann"]);
    assert.equal(world.file["versions.v2.replicas"], 0);
  });
});

describe("the version whose pods go where a rollout takes another one's place", () => {
  it("is the one that was on trial", () => assert.deepEqual(abandonedBy(specOf(), v3), { abandoned: "v2" }));

  it("is none where the version is the same, has the users meanwhile, or has an autoscaler", () => {
    assert.deepEqual(abandonedBy(specOf(), specOf({ checksum: "another" })), {});
    assert.deepEqual(abandonedBy(specOf(), specOf({ from: "v2", to: "v3" })), {});
    assert.deepEqual(abandonedBy(specOf({ replicas: undefined }), v3), {});
    assert.deepEqual(abandonedBy(specOf({ replicas: null }), v3), { abandoned: "v2" });
  });
});
