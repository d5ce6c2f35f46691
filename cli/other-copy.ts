import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * What a user is told if a repository has another version of Sluice than the one that runs: a command installed for the whole
 * machine would read its stack files by other rules than the team's.
 *
 * @param folder the folder that the command works in.
 * @param version the version that runs.
 * @returns nothing if the repository has the same version, or none.
 */
export function describeOtherCopy(folder: string, version: string): string | undefined {
  const theirs = versionIn(folder);
  if (theirs === undefined || theirs === version) return undefined;
  return `this is Sluice ${version}, but this repository has ${theirs}: run npx sluice, which takes that one (SLUICE1008)`;
}

function versionIn(folder: string): string | undefined {
  try {
    const { version } = createRequire(join(folder, "package.json"))("sluice/package.json") as { version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
