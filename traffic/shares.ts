import { activeVersion, type TrafficPlan } from "./plan";

/** The share of the requests, from 0 to 1, that each version serves; versions without a share are left out. */
export type Shares = Readonly<Record<string, number>>;

/** The split of those requests that no rule decides. */
export function plainShares(plan: TrafficPlan): Shares {
  switch (plan.strategy) {
    case "blueGreen":
      return { [activeVersion(plan)]: 1 };
    case "replicaRatio": {
      const { stable, canary } = plan;
      return split(stable.version, canary?.version, canary ? canary.replicas / (stable.replicas + canary.replicas) : 0);
    }
    case "canary": {
      const { stable, canary } = plan;
      return split(stable, canary?.version, canary ? canary.weight / canary.weightTotal : 0);
    }
  }
}

function split(stable: string, canary: string | undefined, share: number): Shares {
  // In a promotion both are the same version.
  if (canary === undefined || canary === stable || share === 0) return { [stable]: 1 };
  return share === 1 ? { [canary]: 1 } : { [stable]: 1 - share, [canary]: share };
}
