import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { projectFolder } from "../engines/stack-file";
import { UserError } from "../progress/user-error";

/** The stack that is measured: `Pulumi.dev.yaml` under another name, so that the committed file stays as it is. */
export const benchStack = "bench";

const file = join(projectFolder, `Pulumi.${benchStack}.yaml`);
const marker = /^# Written by `npm run bench` \(process (\d+)\)/;

/** Removes the temporary stack file, if it is this process's. */
export function removeStackFile(): void {
  if (writerOf(file) === process.pid) rmSync(file, { force: true });
}

/**
 * Writes the temporary stack file from `Pulumi.dev.yaml`; it goes when this process exits, however it exits.
 *
 * @throws UserError where a file of that name is there that is none of ours, or another measurement's.
 */
export function writeStackFile(canaryWeight: number): void {
  const writer = writerOf(file);
  if (existsSync(file) && writer === undefined)
    throw new UserError(
      `Pulumi.${benchStack}.yaml is there and was not written by npm run bench: give it another name`,
    );
  if (writer !== undefined && writer !== process.pid && isAlive(writer))
    throw new UserError(`npm run bench runs already (process ${writer}): two at once would measure each other`);
  const head = `# Written by \`npm run bench\` (process ${process.pid}), which removes it at its end.\n`;
  writeFileSync(file, head + withWeight(join(projectFolder, "Pulumi.dev.yaml"), canaryWeight));
  process.once("exit", removeStackFile);
}

/** Changes the weight, and keeps whatever else an engine wrote into the file, such as the salt of its secrets. */
export function changeWeight(canaryWeight: number): void {
  writeFileSync(file, withWeight(file, canaryWeight));
}

function withWeight(source: string, canaryWeight: number): string {
  const document = parseDocument(readFileSync(source, "utf8"));
  document.setIn(["config", "sluice:canaryWeight"], canaryWeight);
  return document.toString({ lineWidth: 0 });
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
