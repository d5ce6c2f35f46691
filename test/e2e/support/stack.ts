import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { packageFolder } from "../../../package-folder";
import { testLab } from "./lab";

/** The stack of the suite: made from a committed one, which itself is never changed. */
export const testStack = process.env["SLUICE_TEST_STACK"] ?? "e2e";

/** A value of a stack file by its path below `config`; `undefined` takes it out. */
export type StackChange = readonly [path: readonly string[], value: unknown];

/** A key of Sluice with a value: `colors/green` stands for `green` in `sluice:colors`. */
export function set(path: string, value: unknown): StackChange {
  const [key = "", ...rest] = path.split("/");
  return [[`sluice:${key}`, ...rest], value];
}

/** Keys of Sluice taken out. */
export function without(...keys: readonly string[]): StackChange[] {
  return keys.map((key) => set(key, undefined));
}

const fileOf = (stack: string) => join(packageFolder, `Pulumi.${stack}.yaml`);

/**
 * Writes the suite's stack file: a committed stack with some values changed.
 *
 * @param source the committed file, by its path in the project.
 * @param stack the stack's name, where a suite has another one beside its own.
 */
export function writeStack(changes: readonly StackChange[] = [], source = "Pulumi.dev.yaml", stack = testStack): void {
  const document = parseDocument(readFileSync(join(packageFolder, source), "utf8"));
  for (const [path, value] of changes)
    if (value === undefined) document.deleteIn(["config", ...path]);
    else document.setIn(["config", ...path], value);
  writeFileSync(fileOf(stack), document.toString());
}

/** Removes the suite's stack file. */
export function removeStack(): void {
  removeStackNamed(testStack);
}

/** Removes the file of another stack. */
export function removeStackNamed(stack: string): void {
  rmSync(fileOf(stack), { force: true });
}

/** The options by which `sluice` works with the suite's stack on the suite's lab. */
export function sessionOptions(stack = testStack): string[] {
  const lab = ["--lab-name", testLab.name, "--lab-port", String(testLab.port)];
  return ["--stack", stack, ...lab];
}
