import type { StackValidationPolicy } from "@pulumi/policy";
import { podSources } from "./support/backends";
import { productionPractice } from "./support/frameworks";
import { isMatched } from "./support/labels";
import { namespaceOf, objectsOf } from "./support/objects";
import { readAll } from "./support/unknowns";

/**
 * Stops pods that every pod of the cluster may talk to: without a NetworkPolicy that selects it, a pod takes connections from
 * anywhere. For production, so it is off until a pack config sets its level; and only if the cluster's network plugin enforces
 * such policies, which this one can't know. Pods with their node's network are left out, because a NetworkPolicy doesn't reach
 * them.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export const networkPolicyRequired: StackValidationPolicy = {
  name: "network-policy-required",
  description: "In production, a NetworkPolicy selects all pods.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: productionPractice,
  validateStack({ resources }, report) {
    readAll((reader) => {
      const policies = reader.collect(objectsOf(resources, "NetworkPolicy"), (policy) => ({
        namespace: namespaceOf(policy),
        selector: { ...policy.manifest.spec?.podSelector },
      }));
      // The policy could be the one that can't be read yet.
      if (!reader.isComplete()) return;
      for (const { title, urn, namespace, labels, isOnHostNetwork } of podSources(resources, reader))
        if (
          !isOnHostNetwork &&
          !policies.some((policy) => policy.namespace === namespace && isMatched(labels, policy.selector))
        )
          report(
            `${title} has pods that no NetworkPolicy selects, so that every pod of the cluster may connect to them: add one ` +
              `to namespace ${namespace} that says who may.`,
            urn,
          );
    });
  },
};
