import type { ResourceValidationArgs } from "@pulumi/policy";
import type { Comparison, UpdateKind } from "../../traffic/compare-update";
import type { CanaryPlan, ReplicaRatioPlan, TrafficPlan } from "../../traffic/plan";
import type { SeenResource } from "./objects";

/** The plan's component, whose options have the plan before: see `components/plan.ts`. */
const planType = "sluice:release:Plan";

/** The plan that this preview or update is about; nothing for a stack that is not Sluice's. */
export function currentPlan(resources: readonly SeenResource[]): TrafficPlan | undefined {
  return resources.find(({ type }) => type === planType)?.props["plan"] as TrafficPlan | undefined;
}

/** A plan, and what the update to it is compared with. */
export interface Release<Plan extends TrafficPlan = TrafficPlan> {
  readonly plan: Plan;
  readonly last: Comparison;
}

/**
 * A plan and what it is compared with, if the resource is the one that carries them.
 *
 * @throws what `notApplicable` throws, if there is nothing to compare.
 */
export function releaseOf(args: ResourceValidationArgs): Release | undefined {
  if (args.type !== planType) return undefined;
  // First, as it may be unknown.
  const plan = args.props["plan"] as TrafficPlan;
  const last = comparisonOf(args);
  return last ? { plan, last } : args.notApplicable("there is no last update whose plan could be compared");
}

/** What the update is compared with; nothing for the first one. */
function comparisonOf({ opts }: ResourceValidationArgs): Comparison | undefined {
  const [last] = opts.additionalSecretOutputs;
  return last === undefined ? undefined : (JSON.parse(last) as Comparison);
}

/** What the update is for users, if the resource is the one that carries the plan; the first one is a release. */
export function updateKindOf(args: ResourceValidationArgs): UpdateKind | undefined {
  return args.type === planType ? (comparisonOf(args)?.kind ?? "release") : undefined;
}

/**
 * The same of a plan that moves users by shares.
 *
 * @throws what `notApplicable` throws, if there is nothing to compare.
 */
export function comparableRelease(args: ResourceValidationArgs): Release<CanaryPlan | ReplicaRatioPlan> | undefined {
  const release = releaseOf(args);
  if (!release) return undefined;
  const { plan, last } = release;
  if (plan.strategy === "blueGreen") return args.notApplicable("a blue-green plan has no shares that could grow");
  if (plan.strategy === "canary" && plan.mover) return args.notApplicable("Flagger moves the traffic, step by step");
  return { plan, last };
}

/** What of a finished rollout the plan undoes, as a sentence, where the resource is the one that carries it. */
export function undoneBy({ type, props }: SeenResource): string | undefined {
  return type === planType ? (props["undone"] as string | undefined) : undefined;
}
