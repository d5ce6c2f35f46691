import * as pulumi from "@pulumi/pulumi";
import { lastOutputs } from "./own-stack";
import { compareWith } from "../traffic/compare-update";
import type { Identities } from "../traffic/identity";
import { explainInPlace } from "../traffic/in-place";
import type { TrafficPlan } from "../traffic/plan";
import type { LastUpdate } from "../traffic/previous-stable";

/** Arguments of {@link Plan}. */
export interface PlanArgs {
  /** Who gets which version. */
  readonly plan: TrafficPlan;
  /** Each version's identity. */
  readonly versions: Identities;
  /** The outputs of the stack's last update; nothing before the first one. */
  readonly last: LastUpdate | undefined;
  /** How the plan undoes a finished rollout, as a sentence. */
  readonly undone?: string;
  /** What else there is to warn of. */
  readonly warnings?: readonly string[];
}

/**
 * The traffic plan and the one before it, as a resource without an object: policies can't read the state that an update
 * begins with, but are shown every resource's arguments and options before anything is made.
 *
 * A preview warns of versions that change under their users.
 *
 * What the update is compared with is an option because Pulumi compares arguments: after each change of the traffic, a preview would show
 * one more update, by which the plan becomes the plan before. Of all options this one takes any text, and means nothing
 * for a resource that has no such output.
 */
export class Plan extends pulumi.ComponentResource {
  constructor(name: string, args: PlanArgs, opts?: pulumi.ComponentResourceOptions) {
    const compared = args.last && compareWith(args.last, args.plan, args.versions);
    // Marked as a secret only so that a preview shows it on one line; the stack's outputs tell the traffic in plain English.
    const plan = pulumi.secret(args.plan);
    const shownToPolicies = { additionalSecretOutputs: compared ? [JSON.stringify(compared)] : [] };
    super("sluice:release:Plan", name, { plan, undone: args.undone }, { ...opts, ...shownToPolicies });
    this.registerOutputs({});
    if (!pulumi.runtime.isDryRun()) return;
    for (const warning of [...(args.warnings ?? []), ...(compared?.inPlace ?? []).map(explainInPlace)])
      void pulumi.log.warn(warning, this);
  }
}

/** What the stack's last update left in its outputs: nothing before the first one. */
export async function lastUpdate(): Promise<(LastUpdate & { readonly settledRollout?: number }) | undefined> {
  const { plan, settledRollout, ...more } = (await lastOutputs()) as Partial<LastUpdate> & {
    readonly settledRollout?: number;
  };
  const { previousStable, versions, formerPlans } = more;
  return plan ? { plan, previousStable, versions, formerPlans, settledRollout } : undefined;
}
