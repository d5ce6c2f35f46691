import type { StackValidationPolicy } from "@pulumi/policy";
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
  validateStack({ resources }, report) {
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
              `give it the host, path and pathType of the mainline, as sluice:routes does for both.`,
            object.urn,
          );
        }
    });
  },
};
