import type { StackValidationPolicy } from "@pulumi/policy";
import { ingressNginx } from "./support/frameworks";
import { readIngress, ruleKey, ruleTitle } from "./support/ingresses";
import { objectsOf, titleOf } from "./support/objects";
import { readAll } from "./support/unknowns";

/**
 * Stops a canary that never takes effect: host, path and path type of each of its rules must be a mainline's of the same
 * class. The namespace may be another one: the controller compares servers by host alone (`mergeAlternativeBackends`).
 *
 * @see https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/internal/ingress/controller/controller.go
 */
export const canaryMatchesStableHost: StackValidationPolicy = {
  name: "canary-matches-stable-host",
  description:
    "Host, path and path type of a canary Ingress are those of a mainline Ingress; otherwise it has no effect.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: ingressNginx,
  validateStack({ resources }, report) {
    // Beside an application that is live already the mainline is its own, from which the canary's rules are made.
    if (resources.some(({ type }) => type === "kubernetes:core/v1:ServicePatch")) return;
    readAll(({ collect, isComplete }) => {
      const ingresses = collect(objectsOf(resources, "Ingress"), readIngress);
      // The mainline could be the one that can't be read yet.
      if (!isComplete()) return;
      const mainlines = ingresses.filter(({ isCanary }) => !isCanary).flatMap(({ rules }) => rules);
      const known = new Set(mainlines.map(ruleKey));
      for (const { object, rules } of ingresses.filter(({ isCanary }) => isCanary))
        for (const rule of rules.filter((one) => !known.has(ruleKey(one)))) {
          const near = mainlines.filter(({ host }) => host === rule.host).map(ruleTitle);
          report(
            `${titleOf(object)} is a canary for ${ruleTitle(rule)} of class "${rule.className}", and no Ingress of that class ` +
              `has this rule${near.length > 0 ? ` (of that host there is ${near.join(", ")})` : ""}, so it has no effect: ` +
              `give it the host, path and pathType of the mainline, as sluice:route.more does for both.`,
            object.urn,
          );
        }
    });
  },
};
