import * as pulumi from "@pulumi/pulumi";
import { lastOutputs } from "./own-stack";
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
    // Marked as secrets only so that a preview shows each on one line; the stack's outputs tell the traffic in words.
    super("sluice:release:Plan", name, { plan: pulumi.secret(args.plan), last: pulumi.secret(args.last) }, opts);
    this.registerOutputs({});
  }
}

/** What the stack's last update left in its outputs: nothing before the first one. */
export async function lastUpdate(): Promise<LastUpdate | undefined> {
  const { plan, previousStable } = (await lastOutputs()) as Partial<LastUpdate>;
  return plan ? { plan, previousStable } : undefined;
}
