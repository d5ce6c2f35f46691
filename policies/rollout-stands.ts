import type { ResourceValidationPolicy } from "@pulumi/policy";
import { gradualRelease } from "./support/frameworks";
import { undoneBy } from "./support/plans";

/**
 * Stops an update that would undo what a rollout has decided, where the stack's file has never said it: mostly a file from
 * before the rollout, or one that somebody has changed without knowing of it. Once a file has said it, it decides again.
 */
export const rolloutStands: ResourceValidationPolicy = {
  name: "rollout-stands",
  description: "No update undoes a finished rollout that the stack's file does not know of.",
  enforcementLevel: "mandatory",
  severity: "critical",
  framework: gradualRelease,
  validateResource(args, report) {
    const undone = undoneBy(args);
    if (undone !== undefined)
      report(`${undone}: run sluice settle, which writes the rollout's result into the stack's file, and change that.`);
  },
};
