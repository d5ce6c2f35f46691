import * as pulumi from "@pulumi/pulumi";
import type { TrafficPlan } from "../traffic/plan";
import type { LastUpdate } from "../traffic/previous-stable";

/** Arguments of {@link Plan}. */
export interface PlanArgs {
  /** Who gets which version. */
  readonly plan: TrafficPlan;
  /** What the stack's last update left; nothing before the first one. */
  readonly last: pulumi.Input<LastUpdate | undefined>;
}

/**
 * The traffic plan and the one before it, as a resource without an object: policies can't read the state that an update
 * begins with, but are shown every resource's arguments before anything is made.
 */
export class Plan extends pulumi.ComponentResource {
  constructor(name: string, args: PlanArgs, opts?: pulumi.ComponentResourceOptions) {
    // No secrets: a preview shows them on a line each, where the traffic's words are told by the stack's outputs.
    super("sluice:release:Plan", name, { plan: pulumi.secret(args.plan), last: pulumi.secret(args.last) }, opts);
    this.registerOutputs({});
  }
}

/**
 * What the stack's last update left in its outputs: nothing before the first one.
 *
 * The function behind `StackReference`, which as a resource would fill every preview with these outputs.
 */
export function lastUpdate(): pulumi.Output<LastUpdate | undefined> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const last = pulumi.runtime.invokeOutput<{ outputs?: Partial<LastUpdate> }>(readStackOutputs, { name });
  // The plan among them is kept as a secret, and what is made of it is none either.
  return pulumi
    .unsecret(last)
    .apply(({ outputs: { plan, previousStable } = {} }) => (plan ? { plan, previousStable } : undefined));
}

/** The function of Pulumi's engine that reads a stack's outputs. */
export const readStackOutputs = "pulumi:pulumi:readStackOutputs";
