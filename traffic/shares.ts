import type { TrafficPlan } from "./plan";

/** The share of the requests, from 0 to 1, that each version serves; versions without a share are left out. */
export type Shares = Readonly<Record<string, number>>;

/** The split of those requests that no rule decides. */
export function sharesByWeight({ stable, canary }: TrafficPlan): Shares {
  const share = canary ? canary.weight / 100 : 0;
  return Object.fromEntries(
    [[stable, 1 - share] as const, ...(canary ? [[canary.version, share] as const] : [])].filter(
      ([, part]) => part > 0,
    ),
  );
}
