import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { TrafficPlan } from "../traffic/plan";
import { reachOf, testersOnly } from "./support/audience";
import { gradualRelease } from "./support/frameworks";
import { releaseOf } from "./support/plans";
import { mainVersion, percentOf, versionsOf } from "./support/shares";

/**
 * Stops a version that nobody was served by from getting everybody, by its weight, by its pods, by a rule that everybody
 * matches or by becoming stable, with no step between; and a blue-green switch to a color that was never up as it is, so that
 * nobody could have tried it. For production, so it is off until a pack config sets its level.
 *
 * Going back isn't a jump: neither to the version that was stable until now, nor to the one before the last promotion.
 */
export const noProductionJump: ResourceValidationPolicy = {
  name: "no-production-jump",
  description: "In production, no version goes from none of the requests to all of them in one update.",
  enforcementLevel: "disabled",
  severity: "high",
  framework: gradualRelease,
  validateResource(args, report) {
    const release = releaseOf(args);
    if (!release) return;
    const { plan, last } = release;
    if (plan.strategy === "canary" && plan.mover) return args.notApplicable("Flagger moves the traffic, step by step");
    const isBack = (version: string) => version === mainVersion(last.plan) || version === last.previousStable;
    const reach = (of: TrafficPlan, version: string) => reachOf(of, version, testersOnly);
    const jumped = [...versionsOf(plan)].find((version) => reach(plan, version) === 100 && !isBack(version));
    if (jumped === undefined || (plan.strategy !== "blueGreen" && reach(last.plan, jumped) > 0)) return;
    if (plan.strategy !== "blueGreen")
      report(
        `${jumped} would get 100% of the requests after 0%: give it a share first, ` +
          (plan.strategy === "canary"
            ? `by sluice:canary ${jumped} and a sluice:canaryWeight between 0 and 100, and promote it in a later update.`
            : `by some pods beside those of ${mainVersion(last.plan)}, in sluice:versions.${jumped}.replicas.`),
      );
    else if (last.changed.includes(jumped) || !wasUp(last.plan, jumped))
      report(
        `${jumped} would get 100% of the requests, and was never up as it is: bring it up as the idle color first, ` +
          `with sluice:retireIdle keep, try it, and switch sluice:activeColor in a later update.`,
      );
  },
};

/** True if a version had pods under a plan, as far as the plan tells. */
function wasUp(plan: TrafficPlan, version: string): boolean {
  if (plan.strategy === "replicaRatio") return percentOf(plan, version) > 0;
  if (plan.strategy === "canary") return versionsOf(plan).has(version);
  return plan.retireIdle === "keep" && Object.values(plan.colors).includes(version);
}
