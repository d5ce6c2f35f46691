import assert from "node:assert/strict";
import { verifySplit } from "../../../cli/verify-split";
import { parseStackConfig } from "../../../config";
import { readClusterProfile } from "../../../cluster/profile";
import type { Change, Preview, UpdateResult } from "../../../engine/engine";
import { readStack } from "../../../engine/stack-file";
import { labInfo } from "../../../lab";
import type { Verdict } from "../../../traffic/verdict";
import { assertAsFound, objectsInCluster, sluice, sluiceJson, testLab, useLab, whyNoLab } from "./lab";
import { usePlatform, withoutController } from "./platform";
import { removeStack, sessionOptions, testStack, writeStack, type StackChange } from "./stack";

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

  /** @param place what every stack has changed for the place that it is brought up at. */
  constructor(private readonly place: readonly StackChange[]) {}

  /** Edits the stack: an example with some values changed. */
  edit(example: string, ...changes: readonly StackChange[]): void {
    writeStack([...this.place, ...changes], exampleFile(example));
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
    const profile = readClusterProfile(labInfo(testLab).profile);
    const config = parseStackConfig(readStack(testStack).config, profile);
    const context = { report: () => undefined, signal: new AbortController().signal };
    const verify = () => verifySplit({ name: testLab.name, profile }, config, outputs, 400, context);
    const first = await verify();
    // A reload closes kept connections, and a request on its way is the client's to repeat.
    const verdict = "ECONNRESET" in first.failures ? await verify() : first;
    assert.ok(verdict.asPlanned, JSON.stringify(verdict));
    this.address = outputs.address ?? "";
    const rules = verdict.rules.map((rule) => [rule.rule, sharesOf(rule)] as const);
    return { changes: updated.changes.map(inWords), split: sharesOf(verdict), rules: Object.fromEntries(rules) };
  }
}

/**
 * A suite that leads one stack from one example to the next, so that every step from one example to the next is a step
 * between strategies.
 */
export function describeExamples(title: string, lives: readonly ((life: ExampleLife) => void)[]): void {
  describeLives(title, lives, new ExampleLife([]), (context) => useLab(context, whyNoLab()), objectsInCluster);
}

/** The same on the platform's controller, beside other suites; `namespaces` are those that nobody else has. */
export function describeExamplesOnPlatform(
  title: string,
  namespaces: readonly string[],
  lives: readonly ((life: ExampleLife) => void)[],
): void {
  const own = new RegExp(`^namespace/(${namespaces.join("|")})$|^\\w+ (${namespaces.join("|")}) `);
  const ownObjects = async () => (await objectsInCluster()).filter((object) => own.test(object));
  const prepare = (context: Mocha.Context) => usePlatform(context, whyNoLab());
  describeLives(title, lives, new ExampleLife(withoutController), prepare, ownObjects);
}

function describeLives(
  title: string,
  lives: readonly ((life: ExampleLife) => void)[],
  life: ExampleLife,
  prepare: (context: Mocha.Context) => Promise<void>,
  objects: () => Promise<string[]>,
): void {
  describe(`${title} on the lab`, function () {
    this.timeout(5 * minutes);

    let found: string[] = [];

    before(async function () {
      await prepare(this);
      found = await objects();
    });

    after(removeStack);

    for (const define of lives) define(life);

    describe("the end of the examples", () => {
      it("leaves the cluster as it was found", async () => {
        const { exitCode, stdout, stderr } = await sluice("down", "--yes", "--keep-cluster", ...life.session);
        assert.equal(exitCode, 0, stdout + stderr);
        await assertAsFound(found, objects);
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
