import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../progress/user-error";

/**
 * The folder of a team's stack files: the working folder or, as for Pulumi, the nearest one above it with a Pulumi.yaml.
 *
 * @throws UserError if there is none.
 */
export function projectFolder(from = process.cwd()): string {
  const found = upwardsFrom(from).find(isProject);
  if (found !== undefined) return found;
  throw new UserError(
    `there is no Pulumi.yaml in ${from} or above it: create one with sluice init, or name the project's folder with --cwd`,
    "SLUICE1101",
  );
}

function isProject(folder: string): boolean {
  return ["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(folder, name)));
}

/** A folder and every one above it. */
export function upwardsFrom(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwardsFrom(above)];
}
