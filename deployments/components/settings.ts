import * as pulumi from "@pulumi/pulumi";
import type { DeploymentSettingsArgs } from "@pulumi/pulumiservice";
import type { StackSettings } from "../config/stacks";
import { kubeconfigCommandOf, kubeconfigFile, oidcOf } from "./credentials";
import { pathFilters } from "./path-filters";

/** What the deployments of one stack depend on. */
export interface DeploymentArgs {
  /** The organization on Pulumi Cloud. */
  readonly organization: string;
  /** The Pulumi project of the stack. */
  readonly project: pulumi.Input<string>;
  /** The stack's name; the stack must be there (`pulumi stack init`). */
  readonly stack: string;
  /** The GitHub repository, `owner/name`. */
  readonly repository: pulumi.Input<string>;
  /** The branch that is deployed, without `refs/heads/`. */
  readonly branch: pulumi.Input<string>;
  /** The folder of Pulumi.yaml in the repository. */
  readonly repoDir: string;
  /** What the config says of the stack. */
  readonly settings: StackSettings;
  /** Whether each deployment runs the policy pack of its own commit; false where a policy group does. */
  readonly checksPack: boolean;
}

/**
 * What Pulumi Deployments is told of a stack.
 *
 * What starts a deployment is decided by the stack's kind alone, so that no config can have a push update production.
 */
export function deploymentSettings(args: DeploymentArgs): DeploymentSettingsArgs {
  const { organization, project, stack, settings, repoDir } = args;
  const { executorImage, agentPoolId } = settings;
  return {
    organization,
    project,
    stack,
    sourceContext: { git: { branch: pulumi.interpolate`refs/heads/${args.branch}`, repoDir } },
    vcs: { provider: "github", repository: args.repository, paths: pathFilters(stack, repoDir), ...triggersOf(args) },
    operationContext: operationContext(args),
    cacheOptions: { enable: true },
    ...(executorImage !== undefined && { executorContext: { executorImage } }),
    ...(agentPoolId !== undefined && { agentPoolId }),
  };
}

function triggersOf({ settings }: DeploymentArgs) {
  const { kind } = settings;
  return {
    deployCommits: kind === "development",
    previewPullRequests: kind === "development" || (kind === "production" && !isOpenGated(settings)),
    pullRequestTemplate: kind === "template",
  };
}

/** A preview that a pull request starts can't be granted the credentials: it would fail each time. */
function isOpenGated(settings: DeploymentArgs["settings"]): boolean {
  return settings.kind === "production" && (settings.approval?.actions.includes("open") ?? false);
}

function operationContext({ organization, stack, settings, checksPack }: DeploymentArgs) {
  const { credentials, preRunCommands, environmentVariables, kind } = settings;
  const oidc = oidcOf(credentials, stack);
  return {
    // The lockfile decides; the default installation takes whatever the ranges allow.
    preRunCommands: ["npm ci --no-audit --no-fund", ...preRunCommands, kubeconfigCommandOf(credentials, organization)],
    environmentVariables: {
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...(checksPack && packVariables(kind)),
      ...environmentVariables,
      KUBECONFIG: kubeconfigFile,
    },
    ...(oidc && { oidc }),
    options: {
      skipInstallDependencies: true,
      // Of several pushes in the queue the last one says it all; a production update is somebody's decision each.
      skipIntermediateDeployments: kind === "development" || kind === "review",
      deleteAfterDestroy: kind === "review",
    },
  };
}

/** Every flag of the CLI can be set by such a variable (since 3.208); its value is relative to Pulumi.yaml. */
function packVariables(kind: DeploymentArgs["settings"]["kind"]): Record<string, string> {
  const level = kind === "production" ? "production" : "development";
  return {
    PULUMI_OPTION_POLICY_PACK: "policies",
    PULUMI_OPTION_POLICY_PACK_CONFIG: `policies/config/${level}.json`,
  };
}
