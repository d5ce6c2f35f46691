import type { StackValidationPolicy } from "@pulumi/policy";
import { hasNoSelector, podSources, readServices, sourcesBehind, type ReadService } from "./support/backends";
import { gradualRelease } from "./support/frameworks";
import { readIngress } from "./support/ingresses";
import { objectsOf, type SeenResource } from "./support/objects";
import { currentPlan } from "./support/plans";
import { mainVersion } from "./support/shares";
import { readAll, type Reader } from "./support/unknowns";

/**
 * Stops a blue-green switch to a color that has no pods: a Service without endpoints counts as ready for Kubernetes and
 * for Pulumi, so the switch would succeed and users would be refused.
 *
 * Looks at the Services that users reach and that choose a version: those with a port or an address of their own, and
 * under a blue-green plan the Ingresses' too. Those that lead to the idle color are for trying and may be empty.
 */
export const activeColorIsReady: StackValidationPolicy = {
  name: "active-color-is-ready",
  description: "The color that users are led to has pods.",
  enforcementLevel: "mandatory",
  severity: "critical",
  framework: gradualRelease,
  validateStack({ resources }, report) {
    const plan = currentPlan(resources);
    const active = plan?.strategy === "blueGreen" ? mainVersion(plan) : undefined;
    readAll((reader) => {
      const sources = podSources(resources, reader);
      // The pods could be those that can't be read yet.
      if (!reader.isComplete()) return;
      for (const service of versionedServices(resources, active, reader)) {
        const behind = sourcesBehind(service, sources);
        if (behind.some(({ replicas }) => replicas > 0)) continue;
        const version = service.selector?.["version"];
        const empty = behind.map(({ title, replicas }) => `${title} has replicas: ${replicas}`).join(", ");
        report(
          `${service.title} sends users to version ${version}, which has no pods (${empty || "no Deployment has its labels"}): ` +
            `raise sluice:versions.${version}.replicas to at least 1, or name another sluice:activeColor.`,
          service.object.urn,
        );
      }
    });
  },
};

function versionedServices(
  resources: readonly SeenResource[],
  active: string | undefined,
  reader: Reader,
): ReadService[] {
  const services = readServices(resources, reader);
  const outside = [...services.values()].filter(({ type }) => type === "NodePort" || type === "LoadBalancer");
  const ingresses = active === undefined ? [] : reader.collect(objectsOf(resources, "Ingress"), readIngress);
  const backends = ingresses.flatMap(({ services: keys }) => keys.flatMap((key) => services.get(key) ?? []));
  return [...new Set([...outside, ...backends])].filter((service) => {
    const version = service.selector?.["version"];
    return !hasNoSelector(service) && version !== undefined && (active === undefined || version === active);
  });
}
