import assert from "node:assert/strict";
import type { Change, Preview, UpdateResult } from "../../../engine/engine";
import type { PlanVerdict, Verdict } from "../../../traffic/verdict";
import { assertAsFound, objectsInCluster, sluice, sluiceJson, useLab, whyNoLab } from "./lab";
import { removeStack, sessionOptions, writeStack, type StackChange } from "./stack";

const minutes = 60_000;

/** A stage in the life of a stack, reached and measured. */
export interface Stage {
  /** What the update changed: `update Ingress nginx-canary`. */
  readonly changes: readonly string[];
  /** The shares that the plan says, with which the count of requests agreed. */
  readonly split: Shares;
  /** The same by rule. */
  readonly rules: Readonly<Record<string, Shares>>;
}

type Shares = Readonly<Record<string, number>>;

/** The path of an example in the project. */
export function exampleFile(name: string): string {
  return `examples/Pulumi.${name}.yaml`;
}

/** The life of examples on the suite's lab, stage by stage, by commands as a user gives them. */
export class ExampleLife {
  /** The options of every command. */
  readonly session: readonly string[] = sessionOptions();
  /** Where the stack answered at the latest stage. */
  address = "";

  /** Edits the stack: an example with some values changed. */
  edit(example: string, ...changes: readonly StackChange[]): void {
    writeStack(changes, exampleFile(example));
  }

  /** Edits the stack and asks what that would change. */
  async preview(example: string, ...changes: readonly StackChange[]): Promise<Preview> {
    this.edit(example, ...changes);
    return sluiceJson<Preview>("preview", ...this.session);
  }

  /** Edits the stack, updates it, and measures the split, which must be as planned. */
  async reach(example: string, ...changes: readonly StackChange[]): Promise<Stage> {
    this.edit(example, ...changes);
    const { outputs, ...updated } = await sluiceJson<UpdateResult>("up", "--yes", ...this.session);
    const verdict = await sluiceJson<PlanVerdict>("verify", ...this.session);
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
    this.address = outputs.address ?? "";
    const rules = verdict.rules.map((rule) => [rule.rule, sharesOf(rule)] as const);
    return { changes: updated.changes.map(inWords), split: sharesOf(verdict), rules: Object.fromEntries(rules) };
  }
}

/**
 * A suite that leads one stack from one example to the next: a controller comes up once for all of
 * them, and every step from one example to the next is a step between strategies.
 */
export function describeExamples(title: string, lives: readonly ((life: ExampleLife) => void)[]): void {
  describe(`${title} on the lab`, function () {
    this.timeout(5 * minutes);

    const life = new ExampleLife();
    let found: string[] = [];

    before(async function () {
      await useLab(this, whyNoLab(), "ingress-nginx");
      found = await objectsInCluster();
    });

    after(removeStack);

    for (const define of lives) define(life);

    describe("the end of the examples", () => {
      it("leaves the cluster as it was found", async () => {
        const { exitCode, stdout, stderr } = await sluice("down", "--yes", "--keep-cluster", ...life.session);
        assert.equal(exitCode, 0, stdout + stderr);
        await assertAsFound(found);
      });
    });
  });
}

/** The requests that each version served. */
export function countsOf({ versions }: Pick<Verdict, "versions">): Record<string, number> {
  return Object.fromEntries(versions.map(({ version, count }) => [version, count]));
}

function sharesOf({ versions }: Pick<Verdict, "versions">): Shares {
  return Object.fromEntries(versions.map(({ version, planned }) => [version, planned]));
}

/** A change without the object's namespace. */
function inWords({ kind, object }: Change): string {
  return `${kind} ${object.replace(/ [^ ]*\//, " ")}`;
}
