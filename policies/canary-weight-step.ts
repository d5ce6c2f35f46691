import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { CanaryPlan, ReplicaRatioPlan } from "../traffic/plan";
import { audienceSchema, reachOf, testersOnly, weighRules, type Audience } from "./support/audience";
import { gradualRelease } from "./support/frameworks";
import { comparableRelease } from "./support/plans";
import { lastChecked } from "./support/rounds";
import { settingsOf } from "./support/settings";
import { mainVersion, mirroredTo, versionsOf } from "./support/shares";

/** Settings of {@link canaryWeightStep}. */
export interface CanaryWeightStepSettings extends Audience {
  /** By how many percentage points a version's reach may grow in one step, 1 to 100. */
  readonly points: number;
  /** Minutes that a plan must stand for a round of checks; steps that follow each other sooner count as one, 0 to 1440. */
  readonly minutes: number;
}

const defaults: CanaryWeightStepSettings = { ...testersOnly, points: 50, minutes: 0 };

/**
 * Stops a canary from growing faster than anybody could look: the percentage of the requests that may reach a version grows by
 * so many points in one step. Shares, pods, rules and mirrored requests count, and a promotion counts as growth to 100%.
 *
 * Falling is always allowed, and with it the growth of the version that was stable; so is going back to the version that
 * was stable before the last promotion. A blue-green switch is `no-production-jump`'s.
 */
export const canaryWeightStep: ResourceValidationPolicy = {
  name: "canary-weight-step",
  description: "A canary reaches a limited number of users more in one step.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: gradualRelease,
  configSchema: {
    properties: {
      points: {
        type: "integer",
        minimum: 1,
        maximum: 100,
        default: defaults.points,
        description: "By how many percentage points a version's reach may grow in one step",
      },
      minutes: {
        type: "integer",
        minimum: 0,
        maximum: 1440,
        default: defaults.minutes,
        description: "Minutes between two steps, for a round of checks; steps that follow sooner count as one",
      },
      ...audienceSchema,
    },
  },
  validateResource(args, report) {
    const release = comparableRelease(args);
    if (!release) return;
    const { plan, last } = release;
    const settings = settingsOf(args, defaults);
    const { points } = settings;
    const from = lastChecked(last, settings.minutes);
    const since = from === last.plan ? "" : ` ${settings.minutes} minutes ago, with no round of checks in between`;
    for (const version of versionsOf(plan)) {
      if (version === mainVersion(last.plan) || version === last.previousStable) continue;
      const [before, now] = [reachOf(from, version, settings), reachOf(plan, version, settings)];
      const [copiesBefore, copies] = [mirroredTo(from, version), mirroredTo(plan, version)];
      if (now - before > points)
        report(
          `${version} would get ${now}% of the requests after ${before}%${since}, and one step may add at most ${points} ` +
            `points: ${advice(plan, version, before + points, settings)}`,
        );
      else if (copies - copiesBefore > points)
        report(
          `${version} would get copies of ${copies}% of the requests after ${copiesBefore}%${since}, and one step may add at ` +
            `most ${points} points: lower sluice:mirrorPercent to at most ${Math.floor(copiesBefore + points)}.`,
        );
    }
  },
};

function advice(plan: CanaryPlan | ReplicaRatioPlan, version: string, percent: number, audience: Audience): string {
  if (plan.strategy === "replicaRatio")
    return `give ${version} at most ${Math.floor(percent)}% of the pods, by sluice:versions.*.replicas.`;
  const { stable, canary } = plan;
  const wide = weighRules(plan, audience).filter((rule) => rule.percent > 0);
  if (canary?.version === version && wide.length > 0)
    return (
      `${wide.map((rule) => `"${rule.rule}" counts for ${rule.percent}%`).join(", ")}: remove the rule, or say how many ` +
      `percent of the requests it matches in "rules" of canary-weight-step in the pack's config.`
    );
  if (canary?.version === version && stable !== version)
    return `lower sluice:canaryWeight to at most ${Math.floor((percent * canary.weightTotal) / 100)}.`;
  return `let sluice:canary be ${version} first, with sluice:canaryWeight at most ${Math.floor(percent)} percent, and promote it in a later update.`;
}
