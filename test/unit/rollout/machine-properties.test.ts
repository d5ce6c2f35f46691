import assert from "node:assert/strict";
import fc from "fast-check";
import type { CheckVerdict } from "../../../rollout/check";
import { retry } from "../../../rollout/retry";
import type { RolloutSpec, RolloutStep } from "../../../rollout/spec";
import { deadlineOf, isEnded, isGoingBack, type RolloutCommand, type RolloutState } from "../../../rollout/state";
import { valuesFor } from "../../../rollout/values";
import { actionsOf } from "../../../rollout/view";
import { SimulatedRollout, specOf } from "./world";

/** What the test expects of a rollout, told apart from how it works. */
interface Expected {
  failedRounds: number;
}

type Command = fc.Command<Expected, SimulatedRollout>;

const verdicts = fc.constantFrom<CheckVerdict>("passed", "passed", "passed", "failed", "no data", "inconclusive");

/** What must hold of a rollout whatever happened to it. */
function demandSafe({ state, begun, file, weights }: SimulatedRollout): void {
  const { spec } = state;
  for (const weight of weights) assert.ok(weight <= spec.maxWeight, `${weight} is above ${spec.maxWeight}`);
  for (const routing of begun)
    assert.ok(!(`versions.${spec.from}.replicas` in valuesFor(spec, routing)), "the version from before lost its pods");
  assert.ok(state.failedChecks <= spec.threshold);
  if (state.phase !== "Succeeded") assert.equal(file[`versions.${spec.from}.replicas`], 2);
  // Somebody serves: whoever has the users has pods.
  const stable = String(file["stable"]);
  assert.notEqual(file[`versions.${stable}.replicas`], 0, `${stable} is stable and has no pods`);
  if (Number(file["canaryWeight"] ?? 0) > 0) assert.notEqual(file[`versions.${String(file["canary"])}.replicas`], 0);
}

class Finish implements Command {
  constructor(
    private readonly good: boolean,
    private readonly verdict: CheckVerdict,
    private readonly cause: "unreachable" | "refused" | "failed" | undefined,
  ) {}

  check = () => true;

  run(expected: Expected, real: SimulatedRollout): void {
    const { state } = real;
    const before = real.begun.length;
    real.finish({ good: this.good, verdict: this.verdict, agreed: this.good, cause: this.cause });
    const verdict = real.state.rounds.length > state.rounds.length ? real.state.rounds.at(-1)?.verdict : undefined;
    if (verdict === "failed") expected.failedRounds += 1;
    assert.equal(real.state.failedChecks, expected.failedRounds);
    if (expected.failedRounds >= state.spec.threshold && !isOver(real.state)) assert.ok(isLeaving(real.state));
    const [entered] = real.begun.slice(before);
    if (entered?.kind === "promotion" && state.activity.kind !== "sleep") {
      assert.deepEqual(state.served, { kind: "trial", step: state.spec.steps.length });
      assert.ok(real.healthy >= 1, "promoted without a healthy round at the last step");
    }
    demandSafe(real);
  }

  toString = () => `${this.good ? "good" : "bad"} ${this.verdict} ${this.cause ?? ""}`;
}

class Ask implements Command {
  constructor(private readonly command: RolloutCommand) {}
  check = () => true;

  run(_: Expected, real: SimulatedRollout): void {
    const { phase } = real.state;
    real.tell({ kind: "commanded", at: real.time, command: this.command, by: "somebody" });
    if (this.command === "abort" && phase !== "Succeeded" && !isOver(real.state)) assert.ok(isGoingBack(real.state));
    demandSafe(real);
  }

  toString = () => this.command;
}

class Crash implements Command {
  check = ({ state }: { state?: RolloutState } & Expected) => state === undefined;

  run(_: Expected, real: SimulatedRollout): void {
    const wasOver = isOver(real.state);
    real.tell({ kind: "crashed", at: real.time, message: "CrashLoopBackOff" });
    if (!wasOver) assert.ok(isGoingBack(real.state), "a crashing canary kept its users");
    demandSafe(real);
  }

  toString = () => "crash";
}

class Late implements Command {
  check = () => true;

  run(_: Expected, real: SimulatedRollout): void {
    const deadline = deadlineOf(real.state);
    if (deadline === undefined) return;
    real.time = Math.max(real.time, deadline);
    real.tell({ kind: "overdue", at: real.time });
    assert.ok(isLeaving(real.state));
    demandSafe(real);
  }

  toString = () => "late";
}

/** On the way back, or to where a failed promotion leaves users. */
function isLeaving({ activity }: RolloutState): boolean {
  const next = activity.kind === "sleep" ? activity.next : activity;
  return next.kind === "update" && next.ending?.phase === "Failed";
}

function isOver({ phase }: RolloutState): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

const steps = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 5 }).chain((weights) =>
  fc.tuple(
    ...weights
      .sort((left, right) => left - right)
      .map((weight) =>
        fc.record<RolloutStep>({
          weight: fc.constant(weight),
          rules: fc.constantFrom({}, { header: { name: "Region", value: "x" } }, { cookie: "trial" }),
          checks: fc.integer({ min: 1, max: 3 }),
          pause: fc.constantFrom(undefined, 30_000, "approval" as const),
          replicas: fc.constantFrom(undefined, 1, 3),
        }),
      ),
  ),
);

const specs: fc.Arbitrary<RolloutSpec> = fc
  .record({
    steps,
    threshold: fc.integer({ min: 1, max: 4 }),
    inconclusiveLimit: fc.integer({ min: 1, max: 4 }),
    replicas: fc.constantFrom(1, 2, 5, null),
    firstReplicas: fc.constantFrom(undefined, 1, 2),
    bake: fc.constantFrom(undefined, 10_000, 60_000),
  })
  .map((parts) => specOf({ ...parts, maxWeight: parts.steps.at(-1)?.weight ?? 100 }));

const causes = fc.constantFrom(undefined, "unreachable" as const, "refused" as const, "failed" as const);
const commands = [
  fc.tuple(fc.boolean(), verdicts, causes).map(([bad, verdict, cause]) => new Finish(!bad, verdict, cause)),
  fc.tuple(verdicts).map(([verdict]) => new Finish(true, verdict, undefined)),
  fc.tuple(verdicts).map(([verdict]) => new Finish(true, verdict, undefined)),
  fc.constant(new Finish(true, "passed", undefined)),
  fc.constantFrom<RolloutCommand>("approve", "pause", "resume", "promote").map((command) => new Ask(command)),
];
const rare = [fc.constant(new Ask("abort")), fc.constant(new Crash()), fc.constant(new Late())];

/** Lives through commands and hands on what came of them. */
function live(spec: RolloutSpec, list: Iterable<Command>): SimulatedRollout {
  const real = new SimulatedRollout(spec);
  fc.modelRun(() => ({ model: { failedRounds: 0 }, real }), list);
  return real;
}

describe("a rollout, whatever happens to it", function () {
  this.timeout(60_000);

  it("keeps its weights, its pods and its threshold, and promotes only what was healthy", () => {
    fc.assert(
      fc.property(specs, fc.commands([...commands, ...rare], { maxCommands: 80 }), (spec, list) => {
        live(spec, list);
      }),
      { numRuns: 500 },
    );
  });

  it("ends with all users on a working version where it is aborted, from wherever it is", () => {
    fc.assert(
      fc.property(specs, fc.commands(commands, { maxCommands: 60 }), (spec, list) => {
        const real = live(spec, list);
        real.tell({ kind: "commanded", at: real.time, command: "abort", by: "somebody" });
        real.run();
        const { state, file } = real;
        assert.ok(isEnded(state));
        const version = state.phase === "Succeeded" ? spec.to : spec.from;
        assert.equal(file["stable"], version);
        assert.equal(Number(file["canaryWeight"] ?? 0), 0);
        assert.equal(file["headerMatch"] ?? null, null);
        assert.equal(file["cookieMatch"] ?? null, null);
      }),
      { numRuns: 500 },
    );
  });

  it("goes on after a driver was killed: what it was doing is done once more, and nothing is lost", () => {
    fc.assert(
      fc.property(specs, fc.commands(commands, { maxCommands: 60 }), (spec, list) => {
        const real = live(spec, list);
        // All that survives is what was stored.
        real.state = JSON.parse(JSON.stringify(real.state)) as RolloutState;
        for (let turn = 0; turn < 1000 && !isEnded(real.state); turn += 1) {
          real.tell({ kind: "commanded", at: real.time, command: "resume", by: "somebody" });
          real.tell({ kind: "commanded", at: real.time, command: "approve", by: "somebody" });
          real.finish({ good: true });
        }
        assert.ok(isEnded(real.state), JSON.stringify(real.state.activity));
        demandSafe(real);
      }),
      { numRuns: 300 },
    );
  });

  it("offers only what then has an effect", () => {
    fc.assert(
      fc.property(specs, fc.commands([...commands, ...rare], { maxCommands: 60 }), (spec, list) => {
        const real = live(spec, list);
        for (const action of actionsOf(real.state)) {
          const { state } = real;
          if (action === "retry") assert.notDeepEqual(retry(state, 2, real.time), state);
          else {
            const copy = new SimulatedRollout(spec);
            copy.state = state;
            copy.tell({ kind: "commanded", at: real.time, command: action, by: "somebody" });
            assert.notDeepEqual(copy.state, state, action);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
