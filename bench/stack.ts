import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { editStack, type StackEdits } from "../engine/edit-stack";
import { packageFolder } from "../package-folder";
import { UserError } from "../progress/user-error";

/** The stack that is measured: a committed one under another name, so that its own file stays as it is. */
export const benchStack = "bench";

/** A stack beside it, which has what the other one brings: MetalLB and the controller. */
export const smallStack = "bench-small";

const fileOf = (stack: string) => join(packageFolder, `Pulumi.${stack}.yaml`);
const marker = /^# Written by `npm run bench` \(process (\d+)\)/;

let goesAtExit = false;

/** Removes the temporary stack files that are this process's. */
export function removeStackFiles(): void {
  for (const file of [benchStack, smallStack].map(fileOf))
    if (writerOf(file) === process.pid) rmSync(file, { force: true });
}

/**
 * Writes the temporary stack file from a committed one; it goes when this process exits, however it exits.
 *
 * @param source the committed file, by its path in the project.
 * @throws UserError where a file of that name is there that is none of ours, or another measurement's.
 */
export function writeStackFile(edits: StackEdits, source = "Pulumi.dev.yaml", stack = benchStack): void {
  const file = fileOf(stack);
  const writer = writerOf(file);
  if (existsSync(file) && writer === undefined)
    throw new UserError(`Pulumi.${stack}.yaml is there and was not written by npm run bench: give it another name`);
  if (writer !== undefined && writer !== process.pid && isAlive(writer))
    throw new UserError(`npm run bench runs already (process ${writer}): two at once would measure each other`);
  const head = `# Written by \`npm run bench\` (process ${process.pid}), which removes it at its end.\n`;
  writeFileSync(file, head + editStack(readFileSync(join(packageFolder, source), "utf8"), edits));
  if (!goesAtExit) process.once("exit", removeStackFiles);
  goesAtExit = true;
}

/** Changes values, and keeps whatever else an engine wrote into the file, such as the salt of its secrets. */
export function changeStackFile(edits: StackEdits, stack = benchStack): void {
  const file = fileOf(stack);
  writeFileSync(file, editStack(readFileSync(file, "utf8"), edits));
}

/** Changes the canary's weight. */
export function changeWeight(canaryWeight: number, stack = benchStack): void {
  changeStackFile(weightEdit(canaryWeight), stack);
}

/** The edit that sets the canary's weight. */
export function weightEdit(canaryWeight: number): StackEdits {
  return [[["sluice:canaryWeight"], canaryWeight]];
}

function writerOf(path: string): number | undefined {
  if (!existsSync(path)) return undefined;
  const [, writer] = marker.exec(readFileSync(path, "utf8")) ?? [];
  return writer === undefined ? undefined : Number(writer);
}

function isAlive(writer: number): boolean {
  try {
    return process.kill(writer, 0);
  } catch {
    return false;
  }
}
