import type { StackValidationPolicy } from "@pulumi/policy";
import { ingressNginx } from "./support/frameworks";
import { readIngress, ruleKey, ruleTitle, type ReadIngress } from "./support/ingresses";
import { objectsOf, titleOf } from "./support/objects";
import { readAll } from "./support/unknowns";

/**
 * Stops a second canary of a rule (class, host, path and path type), which ingress-nginx ignores in silence.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export const oneCanaryPerRule: StackValidationPolicy = {
  name: "one-canary-per-rule",
  description: "Each rule of an Ingress has one canary at most: ingress-nginx ignores a second one.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: ingressNginx,
  validateStack({ resources }, report) {
    readAll(({ collect }) => {
      const canaries = collect(objectsOf(resources, "Ingress"), readIngress).filter(({ isCanary }) => isCanary);
      const owners = new Map<string, ReadIngress>();
      for (const canary of canaries)
        for (const rule of canary.rules) {
          const owner = owners.get(ruleKey(rule)) ?? canary;
          owners.set(ruleKey(rule), owner);
          if (owner !== canary)
            report(
              `${titleOf(canary.object)} is a second canary for ${ruleTitle(rule)} beside ${titleOf(owner.object)}, ` +
                `and ingress-nginx would ignore one of them: remove one, or give it a host or path of its own.`,
              canary.object.urn,
            );
        }
    });
  },
};
