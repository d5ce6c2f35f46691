import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { CanaryPlan } from "../traffic/plan";
import { comparableRelease } from "./support/plans";
import { settingsOf } from "./support/settings";
import { mainVersion, percentOf } from "./support/shares";

/** Settings of {@link canaryWeightStep}. */
export interface CanaryWeightStepSettings {
  /** By how many percentage points a version's share may grow in one update, 1 to 100. */
  readonly points: number;
}

const defaults: CanaryWeightStepSettings = { points: 50 };

/**
 * Stops a canary from growing faster than anybody could look: a version's share of the requests that no rule decides may
 * grow by so many points in one update. A promotion counts as growth to 100%.
 *
 * Falling is always allowed, and with it the growth of the version that was stable; so is going back to the version that
 * was stable before the last promotion. Requests that a header or a cookie decides are few and chosen, and don't count.
 */
export const canaryWeightStep: ResourceValidationPolicy = {
  name: "canary-weight-step",
  description: "A canary's share grows by a limited number of points in one update.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      points: {
        type: "integer",
        minimum: 1,
        maximum: 100,
        default: defaults.points,
        description: "By how many percentage points a version's share of the requests may grow in one update",
      },
    },
  },
  validateResource(args, report) {
    const release = comparableRelease(args);
    if (!release) return;
    const { plan, last } = release;
    const { points } = settingsOf(args, defaults);
    for (const version of new Set([plan.stable, ...(plan.canary ? [plan.canary.version] : [])])) {
      if (version === mainVersion(last.plan) || version === last.previousStable) continue;
      const [before, now] = [percentOf(last.plan, version), percentOf(plan, version)];
      if (now - before <= points) continue;
      report(
        `${version} would get ${now}% of the requests after ${before}%, and one update may add at most ${points} points: ` +
          advice(plan, version, before + points),
      );
    }
  },
};

function advice({ stable, canary }: CanaryPlan, version: string, percent: number): string {
  if (canary?.version === version && stable !== version)
    return `lower sluice:canaryWeight to at most ${Math.floor((percent * canary.weightTotal) / 100)}.`;
  return `let sluice:canary be ${version} first, with sluice:canaryWeight at most ${Math.floor(percent)} percent, and promote it in a later update.`;
}
