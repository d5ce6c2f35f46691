import assert from "node:assert/strict";
import { begin } from "../../../rollout/machine";
import type { RolloutSpec } from "../../../rollout/spec";
import type { RolloutState } from "../../../rollout/state";
import { DriverWorld } from "./driver-world";
import { blueGreen } from "./walk";
import { specOf } from "./world";

/** A rollout whose driver is killed again and again. */
interface Lives {
  readonly world: DriverWorld;
  readonly ended: RolloutState;
  readonly kills: number;
}

/** Drives a rollout; each driver is killed after as many turns of the clock as it says, while it says a number. */
async function live(
  spec: RolloutSpec,
  prepare: (world: DriverWorld) => void,
  turnsOf: (driver: number) => number | undefined,
): Promise<Lives> {
  const world = new DriverWorld();
  Object.assign(world.takes, { update: 600, check: 200 });
  prepare(world);
  for (let driver = 0; ; driver += 1) {
    const controller = new AbortController();
    const from = world.clock.turns;
    const last = turnsOf(driver);
    world.clock.onTurn = (turns) => {
      if (last !== undefined && turns - from >= last) controller.abort(new Error("killed"));
    };
    const first = world.stored.size > 0 ? world.last : begin(spec, 1, 1_000_000);
    try {
      return { world, ended: await world.drive(first, controller.signal), kills: driver };
    } catch (error) {
      assert.equal((error as Error).message, "killed");
    }
  }
}

/** What must be the same however often drivers were killed. */
function comparable({ world, ended }: Lives) {
  const { phase, outcome, spec, served, failedChecks, step, id } = ended;
  return { phase, outcome, to: spec.to, served, failedChecks, step, id, brought: world.brought, file: world.file };
}

/** The rounds that count, by step. */
function roundsByStep({ ended }: Lives): Record<number, number> {
  const passed = ended.rounds.filter(({ verdict }) => verdict === "passed");
  return Object.fromEntries(passed.map(({ step }) => [step, passed.filter((one) => one.step === step).length]));
}

const quick = { interval: 2000, progressDeadline: 600_000 };
const steps = [20, 60].map((weight) => ({ weight, rules: {}, checks: 2 }));
const v3 = specOf({ ...quick, to: "v3", checksum: "3333333333", steps });
const stories: [string, RolloutSpec, (world: DriverWorld) => void, string][] = [
  ["a good rollout", specOf({ ...quick, steps }), () => undefined, "v2 has taken the place of v1"],
  ["a good switch of colors", specOf({ ...quick, ...blueGreen }), () => undefined, "v2 has taken the place of v1"],
  [
    "a good rollout that is watched after it",
    specOf({ ...quick, steps, bake: 9000 }),
    () => undefined,
    "v2 has taken the place of v1",
  ],
  [
    "a rollout that turns out bad after its promotion",
    specOf({ ...quick, steps, threshold: 2, bake: 20_000 }),
    (world) => (world.verdict = ({ phase }) => (phase === "Baking" ? "failed" : "passed")),
    "after its promotion, 2 of 2 failed rounds: it is failed",
  ],
  [
    "a switch of colors that turns out bad",
    specOf({ ...quick, ...blueGreen, threshold: 1, bake: 20_000 }),
    (world) => (world.verdict = ({ phase }) => (phase === "Baking" ? "failed" : "passed")),
    "after its promotion, 1 of 1 failed rounds: it is failed",
  ],
  [
    "a bad rollout",
    specOf({ ...quick, steps, threshold: 2 }),
    (world) => (world.verdict = ({ step }) => (step === 2 ? "failed" : "passed")),
    "2 of 2 failed rounds: it is failed",
  ],
  [
    "a rollout in whose middle another version comes",
    specOf({ ...quick, steps }),
    (world) => (world.next = ({ spec, step }) => (spec.to === "v2" && step === 2 ? v3 : undefined)),
    "v3 has taken the place of v1",
  ],
];

describe("a driver that is killed, and followed by another from what was stored", function () {
  this.timeout(60_000);

  for (const [what, spec, prepare, outcome] of stories) {
    it(`brings ${what} to the same end wherever that happens`, async () => {
      const expected = await live(spec, prepare, () => undefined);
      assert.equal(expected.ended.outcome, outcome);
      let isKilled = true;
      for (let turn = 1; isKilled; turn += 1) {
        const found = await live(spec, prepare, (driver) => (driver === 0 ? turn : undefined));
        isKilled = found.kills > 0;
        assert.deepEqual(comparable(found), comparable(expected), `killed at turn ${turn}`);
        for (const [step, rounds] of Object.entries(roundsByStep(expected)))
          assert.ok((roundsByStep(found)[Number(step)] ?? 0) >= rounds, `killed at turn ${turn}: step ${step}`);
        assert.ok(turn < 500);
      }
    });

    it(`brings ${what} to the same end where every driver is killed after a few things`, async () => {
      const expected = await live(spec, prepare, () => undefined);
      for (const turns of [7, 9, 12]) {
        const found = await live(spec, prepare, (driver) => (driver < 200 ? turns + (driver % 5) : undefined));
        assert.ok(found.kills > 2);
        assert.deepEqual(comparable(found), comparable(expected), `killed every ${turns} turns`);
      }
    });
  }
});
