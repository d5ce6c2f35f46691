import type { StackValidationPolicy } from "@pulumi/policy";
import { podSources, type PodSource } from "./support/backends";
import { productionPractice } from "./support/frameworks";
import { isMatched } from "./support/labels";
import { namespaceOf, objectsOf, titleOf, type KubernetesObject } from "./support/objects";
import type { PodDisruptionBudget } from "./support/manifests";
import { readAll } from "./support/unknowns";

/**
 * Stops budgets that never let a pod go: then no node that has one of these pods can be drained, and every upgrade of the
 * cluster waits for a human. Versions that have no pods are left alone.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
export const nodesCanDrain: StackValidationPolicy = {
  name: "nodes-can-drain",
  description: "Each PodDisruptionBudget lets at least one pod go, so that nodes can be drained.",
  enforcementLevel: "mandatory",
  severity: "medium",
  framework: productionPractice,
  validateStack({ resources }, report) {
    readAll((reader) => {
      const sources = podSources(resources, reader);
      const budgets = reader.collect(objectsOf(resources, "PodDisruptionBudget"), (budget) => read(budget, sources));
      // Pods that can't be counted yet could be enough.
      if (!reader.isComplete()) return;
      for (const { budget, pods } of budgets) {
        const { minAvailable, maxUnavailable } = budget.manifest.spec ?? {};
        if (pods === 0 || allowed(pods, minAvailable, maxUnavailable) > 0) continue;
        const [field, value] =
          maxUnavailable === undefined ? ["minAvailable", minAvailable] : ["maxUnavailable", maxUnavailable];
        report(
          `${titleOf(budget)} has ${field} ${value} for ${pods} ${pods === 1 ? "pod" : "pods"}, so none may ever be evicted and ` +
            `no node with one of them can be drained: raise the number of pods, or let one go.`,
          budget.urn,
        );
      }
    });
  },
};

interface ReadBudget {
  readonly budget: KubernetesObject<PodDisruptionBudget>;
  /** The least number of pods that it is about. */
  readonly pods: number;
}

function read(budget: KubernetesObject<PodDisruptionBudget>, sources: readonly PodSource[]): ReadBudget {
  const { selector } = budget.manifest.spec ?? {};
  const own = sources.filter(
    ({ namespace, labels }) => namespace === namespaceOf(budget) && isMatched(labels, selector),
  );
  return { budget, pods: own.reduce((sum, { replicas }) => sum + replicas, 0) };
}

/** How many pods may go, as Kubernetes counts: percentages are rounded up. */
function allowed(pods: number, minAvailable?: number | string, maxUnavailable?: number | string): number {
  // As many as there are nodes.
  if (pods === Infinity) return minAvailable === "100%" || Number.parseInt(String(maxUnavailable)) === 0 ? 0 : 1;
  if (maxUnavailable !== undefined) return Math.min(pods, count(maxUnavailable, pods));
  return pods - count(minAvailable ?? 0, pods);
}

function count(value: number | string, pods: number): number {
  return typeof value === "number" ? value : Math.ceil((Number.parseInt(value) * pods) / 100);
}
