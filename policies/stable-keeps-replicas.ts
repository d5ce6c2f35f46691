import type { StackValidationPolicy } from "@pulumi/policy";
import { hasNoSelector, podSources, readServices, sourcesBehind } from "./support/backends";
import { readIngress } from "./support/ingresses";
import { objectsOf, titleOf } from "./support/objects";
import { readAll } from "./support/unknowns";

/**
 * Stops a mainline without pods: ingress-nginx then answers 503 to everybody, those whom a rule or a weight of 100 sends
 * to the canary included. Services that the stack does not make can't be looked at.
 *
 * @see https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/rootfs/etc/nginx/lua/balancer.lua
 */
export const stableKeepsReplicas: StackValidationPolicy = {
  name: "stable-keeps-replicas",
  description: "What an Ingress leads to keeps at least one pod, even when the canary takes all requests.",
  enforcementLevel: "mandatory",
  validateStack({ resources }, report) {
    readAll((reader) => {
      const sources = podSources(resources, reader);
      // The pods could be those that can't be read yet.
      if (!reader.isComplete()) return;
      const services = readServices(resources, reader);
      const mainlines = reader
        .collect(objectsOf(resources, "Ingress"), readIngress)
        .filter(({ isCanary }) => !isCanary);
      for (const { object, services: keys } of mainlines)
        for (const service of keys.flatMap((key) => services.get(key) ?? [])) {
          const behind = sourcesBehind(service, sources);
          if (hasNoSelector(service) || behind.some(({ replicas }) => replicas > 0)) continue;
          const empty = behind.map(({ title, replicas }) => `${title} has replicas: ${replicas}`).join(", ");
          report(
            `${titleOf(object)} leads to ${service.title}, which has no pods (${empty || "no Deployment has its labels"}), so ` +
              `everybody would get 503: keep replicas at 1 or more in sluice:versions for the version that is stable.`,
            object.urn,
          );
        }
    });
  },
};
