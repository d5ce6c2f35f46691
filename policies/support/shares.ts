import type { TrafficPlan } from "../../traffic/plan";

/**
 * The percentage, from 0 to 100, of the requests that no rule decides which a version serves under a plan.
 *
 * It is `plainShares` of traffic/shares.ts again, because a published pack has no files from outside its folder; a test
 * compares the two.
 */
export function percentOf(plan: TrafficPlan, version: string): number {
  const [stable, canary, share] = split(plan);
  const percent = (stable === version ? 100 - share : 0) + (canary === version ? share : 0);
  return Number(percent.toFixed(6));
}

/** The versions that a plan may send users to. */
export function versionsOf(plan: TrafficPlan): ReadonlySet<string> {
  return new Set(split(plan).filter((part): part is string => typeof part === "string"));
}

/** Of how many percent of the requests a version gets a copy. */
export function mirroredTo(plan: TrafficPlan, version: string): number {
  const { canary } = plan.strategy === "canary" ? plan : {};
  return canary?.version === version ? (canary.mirrorPercent ?? 0) : 0;
}

/** The version that everybody gets who is not sent to a canary. */
export function mainVersion(plan: TrafficPlan): string | undefined {
  return split(plan)[0];
}

function split(plan: TrafficPlan): [stable: string | undefined, canary: string | undefined, percent: number] {
  switch (plan.strategy) {
    case "blueGreen":
      return [plan.colors[plan.activeColor], undefined, 0];
    case "replicaRatio": {
      const { stable, canary } = plan;
      const percent = canary ? (canary.replicas * 100) / (stable.replicas + canary.replicas) : 0;
      return [stable.version, canary?.version, percent];
    }
    case "canary": {
      const { stable, canary } = plan;
      return [stable, canary?.version, canary ? (canary.weight * 100) / canary.weightTotal : 0];
    }
  }
}
