import type { ResourceValidationArgs } from "@pulumi/policy";
import type { CanaryPlan, TrafficPlan } from "../../traffic/plan";
import type { LastUpdate } from "../../traffic/previous-stable";
import type { SeenResource } from "./objects";

/** The plan's component, whose options have the plan before: see `components/plan.ts`. */
const planType = "sluice:release:Plan";

/** The plan that this preview or update is about; nothing for a stack that is not Sluice's. */
export function currentPlan(resources: readonly SeenResource[]): TrafficPlan | undefined {
  return resources.find(({ type }) => type === planType)?.props["plan"] as TrafficPlan | undefined;
}

/**
 * A canary's plan and what it is held against, where the resource is the one that carries them.
 *
 * @throws what `notApplicable` throws, where there is nothing to compare.
 */
export function comparableRelease(
  args: ResourceValidationArgs,
): { readonly plan: CanaryPlan; readonly last: LastUpdate } | undefined {
  if (args.type !== planType) return undefined;
  const plan = args.props["plan"] as TrafficPlan;
  if (plan.strategy !== "canary") return args.notApplicable("the plan's strategy is not canary");
  if (plan.mover) return args.notApplicable("Flagger moves the traffic, step by step");
  const [last] = args.opts.additionalSecretOutputs;
  if (last === undefined) return args.notApplicable("there is no last update whose plan could be compared");
  return { plan, last: JSON.parse(last) as LastUpdate };
}

/** What of a finished rollout the plan undoes, as a sentence, where the resource is the one that carries it. */
export function undoneBy({ type, props }: SeenResource): string | undefined {
  return type === planType ? (props["undone"] as string | undefined) : undefined;
}
