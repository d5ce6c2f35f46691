import * as pulumi from "@pulumi/pulumi";
import * as pulumiservice from "@pulumi/pulumiservice";
import { guardCredentials } from "./approval";
import { deploymentSettings, type DeploymentArgs } from "./settings";

/** Who is told of a stack's failures. */
export interface FailureWebhook {
  /** The address. */
  readonly url: pulumi.Input<string>;
  /** What is sent. */
  readonly format: "raw" | "slack" | "ms_teams";
  /** The key by which raw deliveries are signed. */
  readonly secret?: pulumi.Input<string>;
}

/** What is set up for one stack. */
export interface StackDeploymentArgs extends DeploymentArgs {
  /** Where failures are told; nowhere if left out. */
  readonly webhook?: FailureWebhook;
}

/** The filters of Pulumi Cloud's webhooks that need somebody's attention. */
const failures = [
  "deployment_failed",
  "update_failed",
  "destroy_failed",
  "refresh_failed",
  "drift_detected",
  "drift_detection_failed",
  "drift_remediation_failed",
  "policy_violation_mandatory",
];

/**
 * Pulumi Deployments for one stack: what starts it and how it comes to the cluster, its schedules, its webhook, and the
 * approval for its credentials.
 *
 * A project of its own sets them up, since a stack that sets up its own deployments needs two updates for a change to
 * count: one that changes the settings, and one that runs by them.
 */
export class StackDeployment extends pulumi.ComponentResource {
  /** When the stack is destroyed (RFC 3339); only a review stack ever is. */
  readonly destroyedAt: pulumi.Output<string | undefined>;

  constructor(name: string, args: StackDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:deployments:StackDeployment", name, {}, opts);
    const { organization, project, stack, settings, webhook } = args;
    const child = { parent: this };

    const deployments = new pulumiservice.DeploymentSettings(name, deploymentSettings(args), child);
    // Pulumi Cloud refuses a schedule for a stack that has no settings yet.
    const scheduled = { ...child, dependsOn: deployments };

    if ("drift" in settings && settings.drift) {
      const { cron: scheduleCron, remediate: autoRemediate } = settings.drift;
      new pulumiservice.DriftSchedule(name, { organization, project, stack, scheduleCron, autoRemediate }, scheduled);
    }
    this.destroyedAt = pulumi.output(
      settings.kind === "review" ? timeToLive(name, settings.ttlHours, args, scheduled).timestamp : undefined,
    );
    if (webhook) tellFailures(name, webhook, args, child);
    if (settings.kind === "production" && settings.approval && settings.credentials.kind === "environment") {
      const { environment } = settings.credentials;
      guardCredentials(`${name}-credentials`, { organization, environment, approval: settings.approval }, child);
    }
    this.registerOutputs({ destroyedAt: this.destroyedAt });
  }
}

/**
 * The end of a review stack. The hours are part of the name, so that other hours make another schedule; as long as they
 * stay, the end does too, whenever this project is updated.
 */
function timeToLive(
  name: string,
  hours: number,
  { organization, project, stack }: StackDeploymentArgs,
  opts: pulumi.CustomResourceOptions,
): pulumiservice.TtlSchedule {
  const end = new Date(Date.now() + hours * 3_600_000);
  end.setUTCMilliseconds(0);
  const timestamp = end.toISOString().replace(".000Z", "Z");
  return new pulumiservice.TtlSchedule(
    `${name}-${hours}h`,
    { organization, project, stack, timestamp, deleteAfterDestroy: true },
    { ...opts, ignoreChanges: ["timestamp"] },
  );
}

/** The typed `Webhook` does not know the filter of policy violations; the REST API's takes every filter. */
function tellFailures(
  name: string,
  { url, format, secret }: FailureWebhook,
  { organization, project, stack }: StackDeploymentArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  new pulumiservice.api.stacks.Webhook(
    name,
    {
      organizationName: organization,
      projectName: project,
      stackName: stack,
      name: "sluice-failures",
      displayName: `Failures of ${stack}`,
      active: true,
      format,
      payloadUrl: pulumi.secret(url),
      filters: failures,
      ...(secret !== undefined && { secret: pulumi.secret(secret) }),
    },
    opts,
  );
}
