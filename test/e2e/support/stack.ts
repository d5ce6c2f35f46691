import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { projectFolder } from "../../../engines/stack-file";

/** The stack of the suite: made from Pulumi.dev.yaml, which itself is never changed. */
export const testStack = "e2e";

const file = join(projectFolder, `Pulumi.${testStack}.yaml`);

/** Writes the suite's stack file: the dev stack with some values changed; `undefined` takes a value out. */
export function writeStack(changes: readonly (readonly [path: readonly string[], value: unknown])[] = []): void {
  const document = parseDocument(readFileSync(join(projectFolder, "Pulumi.dev.yaml"), "utf8"));
  for (const [path, value] of changes)
    if (value === undefined) document.deleteIn(["config", ...path]);
    else document.setIn(["config", ...path], value);
  writeFileSync(file, document.toString());
}

/** Removes the suite's stack file. */
export function removeStack(): void {
  rmSync(file, { force: true });
}
