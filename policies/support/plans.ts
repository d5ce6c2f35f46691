import type { ResourceValidationArgs } from "@pulumi/policy";
import type { CanaryPlan, TrafficPlan } from "../../traffic/plan";
import type { LastUpdate } from "../../traffic/previous-stable";
import type { SeenResource } from "./objects";

/** The plan of this preview or update, and what it takes the place of. */
export interface Release {
  readonly plan: TrafficPlan;
  /** What the last update left; nothing before the first one. */
  readonly last?: LastUpdate;
}

/**
 * The release, where the resource is the one that carries it.
 *
 * The program hands it to a component because Pulumi shows policies neither the state before an update nor a stack's
 * outputs; a component's arguments are seen before anything changes.
 */
export function releaseOf({ type, props }: SeenResource): Release | undefined {
  return type === "sluice:release:Plan" ? (props as unknown as Release) : undefined;
}

/** The plan that this preview or update is about; nothing for a stack that is not Sluice's. */
export function currentPlan(resources: readonly SeenResource[]): TrafficPlan | undefined {
  return resources.map(releaseOf).find((release) => release !== undefined)?.plan;
}

/**
 * A canary's plan and what it is held against, where the resource is the one that carries them.
 *
 * @throws what `notApplicable` throws, where there is nothing to compare.
 */
export function comparableRelease(
  args: ResourceValidationArgs,
): { readonly plan: CanaryPlan; readonly last: LastUpdate } | undefined {
  const release = releaseOf(args);
  if (!release) return undefined;
  const { plan, last } = release;
  if (plan.strategy !== "canary") return args.notApplicable("the plan's strategy is not canary");
  if (plan.mover) return args.notApplicable("Flagger moves the traffic, step by step");
  if (!last) return args.notApplicable("there is no last update whose plan could be compared");
  return { plan, last };
}
