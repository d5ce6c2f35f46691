import type { ResourceValidationPolicy } from "@pulumi/policy";
import { comparableRelease } from "./support/plans";
import { mainVersion, percentOf } from "./support/shares";

/**
 * Stops a version that nobody was served by from getting everybody, by its weight or by becoming stable, with no step
 * between; for production, so it is off until a pack config sets its level.
 *
 * Going back is no jump: neither to the version that was stable until now, nor to the one before the last promotion. Nor
 * are the other strategies' moves: blue-green switches everybody at once by design, after the idle color was tried, and a
 * replica ratio moves with its pods.
 */
export const noProductionJump: ResourceValidationPolicy = {
  name: "no-production-jump",
  description: "In production, no version goes from none of the requests to all of them in one update.",
  enforcementLevel: "disabled",
  validateResource(args, report) {
    const release = comparableRelease(args);
    if (!release) return;
    const { plan, last } = release;
    const versions = [plan.stable, ...(plan.canary ? [plan.canary.version] : [])];
    const jumped = versions.find(
      (version) =>
        percentOf(plan, version) === 100 &&
        percentOf(last.plan, version) === 0 &&
        version !== mainVersion(last.plan) &&
        version !== last.previousStable,
    );
    if (jumped !== undefined)
      report(
        `${jumped} would get 100% of the requests after 0%: give it a share first, ` +
          `by sluice:canary ${jumped} and a sluice:canaryWeight between 0 and 100, and promote it in a later update.`,
      );
  },
};
