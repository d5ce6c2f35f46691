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
    super("sluice:release:Plan", name, args, opts);
    this.registerOutputs({ ...args });
  }
}

/** What the stack's last update left in its outputs, by a reference of the stack to itself. */
export function lastUpdate(): pulumi.Output<LastUpdate | undefined> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = new pulumi.StackReference("last-update", { name });
  return outputs.apply((last?: Partial<LastUpdate>) =>
    last?.plan ? { plan: last.plan, previousStable: last.previousStable } : undefined,
  );
}
