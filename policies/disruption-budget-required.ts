import type { StackValidationPolicy } from "@pulumi/policy";
import { podSources, readServices, sourcesBehind } from "./support/backends";
import { productionPractice } from "./support/frameworks";
import { isMatched } from "./support/labels";
import { namespaceOf, objectsOf } from "./support/objects";
import { readAll } from "./support/unknowns";

/**
 * Stops a drained node from taking all pods of a version at once: a Deployment of two pods and more that a Service leads to
 * has a PodDisruptionBudget; for production, so it is off until a pack config sets its level.
 *
 * A single pod is left alone: a budget for it would keep its node from ever being drained.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
export const disruptionBudgetRequired: StackValidationPolicy = {
  name: "disruption-budget-required",
  description: "In production, a Deployment of two pods or more behind a Service has a PodDisruptionBudget.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: productionPractice,
  validateStack({ resources }, report) {
    readAll((reader) => {
      const budgets = reader.collect(objectsOf(resources, "PodDisruptionBudget"), (budget) => {
        const { matchLabels, matchExpressions = [] } = budget.manifest.spec?.selector ?? {};
        const isGiven = budget.manifest.spec?.selector !== undefined;
        return {
          namespace: namespaceOf(budget),
          selector: isGiven ? { matchLabels: { ...matchLabels }, matchExpressions: [...matchExpressions] } : undefined,
        };
      });
      // The budget could be the one that can't be read yet.
      if (!reader.isComplete()) return;
      const sources = podSources(resources, reader);
      const services = [...readServices(resources, reader).values()];
      const served = new Set(services.flatMap((service) => sourcesBehind(service, sources)));
      for (const { title, urn, kind, namespace, labels, replicas } of served) {
        if (kind !== "Deployment" || replicas < 2) continue;
        if (budgets.some((budget) => budget.namespace === namespace && isMatched(labels, budget.selector))) continue;
        report(
          `${title} has ${replicas} pods and no PodDisruptionBudget, so a drained node may take them all at once: ` +
            `set minAvailable for it${labels["version"] ? `, in sluice:versions.${labels["version"]}.minAvailable` : ""}.`,
          urn,
        );
      }
    });
  },
};
