import type { types } from "@pulumi/pulumiservice";
import type { Credentials } from "../config/credentials";

/** The path of a deployment's kubeconfig, on the runner that is thrown away after it. */
export const kubeconfigFile = "/tmp/kubeconfig";

/**
 * The cloud role that a deployment takes on by OIDC; none where the kubeconfig comes from a Pulumi ESC environment.
 *
 * @param stack the stack's name, part of the session's name.
 */
export function oidcOf(credentials: Credentials, stack: string): types.input.OperationContextOIDCArgs | undefined {
  switch (credentials.kind) {
    case "aws": {
      const { roleArn: roleARN, duration, policyArns: policyARNs } = credentials;
      const sessionName = credentials.sessionName ?? `sluice-${stack}`.slice(0, 64);
      return { aws: { roleARN, sessionName, duration, policyARNs } };
    }
    case "azure": {
      const { clientId, tenantId, subscriptionId } = credentials;
      return { azure: { clientId, tenantId, subscriptionId } };
    }
    case "gcp": {
      const { projectId, workloadPoolId, providerId, serviceAccount, region, tokenLifetime } = credentials;
      return { gcp: { projectId, workloadPoolId, providerId, serviceAccount, region, tokenLifetime } };
    }
    case "environment":
      return undefined;
  }
}

/**
 * The shell command that writes the kubeconfig.
 *
 * The ESC environment is opened here and not named in the stack's file, since a stack file that names one can't be
 * previewed without Pulumi Cloud.
 */
export function kubeconfigCommandOf(credentials: Credentials, organization: string): string {
  if (credentials.kind !== "environment") return credentials.kubeconfigCommand;
  const { environment, property } = credentials;
  return `umask 077 && pulumi env open '${organization}/${environment}' '${property}' --format string > "$KUBECONFIG"`;
}
