import type { ResourceValidationPolicy } from "@pulumi/policy";
import { productionPractice } from "./support/frameworks";
import { mendPods, placeOf, podsOf } from "./support/pods";

/**
 * Stops pods from carrying a token for the API server that they don't use: unless a pod says otherwise, Kubernetes mounts the
 * one of its namespace's `default` ServiceAccount, and an intruder has it. A pod that names a ServiceAccount is taken to
 * want its token.
 *
 * At the level `remediate` it sets `automountServiceAccountToken: false`.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
 */
export const noTokenAutomount: ResourceValidationPolicy = {
  name: "no-token-automount",
  description: "Pods without a ServiceAccount of their own get no token for the API server.",
  enforcementLevel: "advisory",
  severity: "medium",
  framework: productionPractice,
  remediateResource(args) {
    return getsUnusedToken(args) ? mendPods(args, [], { automountServiceAccountToken: false }) : undefined;
  },
  validateResource(args, report) {
    const pods = podsOf(args);
    if (!pods || !getsUnusedToken(args)) return;
    report(
      `${pods.title} gets a token for the API server: set automountServiceAccountToken to false, or name the ` +
        `ServiceAccount whose token it needs, in ${placeOf(pods, "pod template", "serviceAccountName")}.`,
    );
  },
};

function getsUnusedToken(resource: Parameters<typeof podsOf>[0]): boolean {
  const { spec } = podsOf(resource) ?? {};
  const { automountServiceAccountToken, serviceAccountName = "default" } = spec ?? {};
  return spec !== undefined && serviceAccountName === "default" && automountServiceAccountToken !== false;
}
