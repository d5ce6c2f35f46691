import * as pulumi from "@pulumi/pulumi";
import * as pulumiservice from "@pulumi/pulumiservice";
import type { StackKind } from "../config/stacks";
import { type PolicyLevel, readPolicyConfig } from "./policy-config";

/** Which stacks the policy pack guards. */
export interface PolicyGroupsArgs {
  /** The organization on Pulumi Cloud. */
  readonly organization: pulumi.Input<string>;
  /** The Pulumi project of the stacks. */
  readonly project: pulumi.Input<string>;
  /** The stacks' kinds by name. */
  readonly stacks: Readonly<Record<string, StackKind>>;
  /** The published policy pack's name. */
  readonly pack: pulumi.Input<string>;
  /** Its published version. */
  readonly version: pulumi.Input<string>;
  /** The folder of the pack's config files; that of this repository by default. */
  readonly configFolder?: string;
}

/** The level at which the pack guards a kind of stack; none for a template, which has no objects. */
const levels: Readonly<Record<StackKind, PolicyLevel | undefined>> = {
  development: "development",
  review: "development",
  production: "production",
  template: undefined,
};

/** Whether a policy group guards stacks of this kind. */
export function isInPolicyGroup(kind: StackKind): boolean {
  return levels[kind] !== undefined;
}

/**
 * A policy group per level, development and production, each with its stacks and the pack as that level configures it.
 *
 * @throws UserError where a level's config file is missing or no JSON map.
 */
export class PolicyGroups extends pulumi.ComponentResource {
  constructor(name: string, args: PolicyGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:deployments:PolicyGroups", name, {}, opts);
    const { organization: organizationName, project: routingProject, pack, version: versionTag } = args;
    for (const level of ["development", "production"] as const) {
      const stacks = Object.entries(args.stacks).filter(([, kind]) => levels[kind] === level);
      if (stacks.length === 0) continue;
      new pulumiservice.PolicyGroup(
        `${name}-${level}`,
        {
          organizationName,
          name: `sluice-${level}`,
          entityType: "stacks",
          // The provider's default, audit, reports violations and blocks nothing.
          mode: "preventative",
          policyPacks: [{ name: pack, versionTag, config: readPolicyConfig(level, args.configFolder) }],
          stacks: stacks.map(([stack]) => ({ name: stack, routingProject })),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
