import type * as Lab from "../lab";

/** Why a command that needs the lab can't have it. */
export const noLabHere = "the lab is a package of its own: npm install --save-dev sluice-lab adds it";

/** Whether the lab is there: in a clone it is, and elsewhere if its package is installed. */
export function hasLab(): boolean {
  try {
    require.resolve("../lab");
    return true;
  } catch {
    return false;
  }
}

/** The lab, if it is there. */
export function labIfThere(): typeof Lab | undefined {
  return hasLab() ? (require("../lab") as typeof Lab) : undefined;
}
