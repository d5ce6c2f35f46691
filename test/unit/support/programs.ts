import assert from "node:assert/strict";
import { evaluateProgram, type EvaluatedProgram, type ProgramResource } from "../../../render/evaluate";
import { readStack } from "../../../engine/stack-file";
import type { RawConfig } from "./stacks";

/** Runs the program on a committed stack's config with some keys changed; `undefined` takes a key away. */
export async function runStack(stack: "dev" | "prod", changes: RawConfig = {}): Promise<EvaluatedProgram> {
  const config = Object.entries({ ...readStack(stack).config, ...changes });
  return runProgram(Object.fromEntries(config.filter(([, value]) => value !== undefined)));
}

/** Runs the program on a config. */
export async function runProgram(config: RawConfig): Promise<EvaluatedProgram> {
  return evaluateProgram({ stack: "test", config });
}

/** The object of a kind and a name in the cluster; fails where there is none. */
export function objectOf({ resources }: EvaluatedProgram, kind: string, name: string): ProgramResource {
  const found = resources.filter(({ inputs }) => inputs["kind"] === kind && nameOf(inputs) === name);
  assert.equal(found.length, 1, `${found.length} objects ${kind} ${name}`);
  return found[0] ?? assert.fail();
}

/** The names of all objects of a kind. */
export function namesOf({ resources }: EvaluatedProgram, kind: string): string[] {
  return resources
    .filter(({ inputs }) => inputs["kind"] === kind)
    .map(({ inputs }) => nameOf(inputs))
    .sort();
}

/** The chart of a name, as the program asks for it. */
export function chartOf({ resources }: EvaluatedProgram, name: string): Record<string, unknown> {
  const chart = resources.find((resource) => resource.type === "kubernetes:helm.sh/v4:Chart" && resource.name === name);
  return { ...(chart ?? assert.fail(`no chart ${name}`)).inputs };
}

/** A value inside an object, by its path: numbers for places in a list. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** An object's annotations, without those that say what Pulumi waits for. */
export function annotationsOf(object: object): Record<string, string> {
  const all = (at(object, "metadata", "annotations") ?? {}) as Record<string, string>;
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith("pulumi.com/")));
}

/** The kinds and logical names of the resources that one depends on: `Deployment nginx-v1`. */
export function dependenciesOf({ dependencies }: ProgramResource): string[] {
  return dependencies.map((urn) => {
    const [, , types = "", name = ""] = urn.split("::");
    return `${types.slice(types.lastIndexOf(":") + 1)} ${name}`;
  });
}

function nameOf(inputs: Readonly<Record<string, unknown>>): string {
  return String(at(inputs, "metadata", "name"));
}

/** Runs something, and gives the warnings that the SDK has told meanwhile, which go to the console where no engine is. */
export async function withWarnings<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly said: readonly string[] }> {
  const said: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => said.push(line);
  try {
    return { result: await work(), said };
  } finally {
    console.warn = warn;
  }
}
