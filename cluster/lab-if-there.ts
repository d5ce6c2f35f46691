import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as Lab from "../lab";
import { packageFolder } from "../package-folder";

/** Why a command that needs the lab can't have it from the npm package. */
export const noLabInPackage =
  "the lab comes with Sluice's repository, not with its npm package: clone the repository to use it";

/** Whether this is a clone: the npm package comes without the lab. */
export function hasLab(): boolean {
  return existsSync(join(packageFolder, "lab"));
}

/** The lab; nothing in the npm package. */
export function labIfThere(): typeof Lab | undefined {
  return hasLab() ? (require("../lab") as typeof Lab) : undefined;
}
