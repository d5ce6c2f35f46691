import type { StackValidationPolicy } from "@pulumi/policy";
import { hasNoSelector, podSources, sourcesSelected } from "./support/backends";
import { readEdges } from "./support/edges";
import { gradualRelease } from "./support/frameworks";
import { currentPlan } from "./support/plans";
import { readAll } from "./support/unknowns";

/**
 * Stops a side of the traffic without pods. ingress-nginx answers 503 to everybody if the mainline has none, those included
 * whom a rule or a weight of 100 sends to the canary; Gateway API and Istio answer 500 or 503 to the share that a weight sends to
 * an empty Service. Services that the stack does not make can't be looked at; the colors of a blue-green plan behind a Service
 * are `active-color-is-ready`'s.
 *
 * @see https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/rootfs/etc/nginx/lua/balancer.lua
 */
export const stableKeepsReplicas: StackValidationPolicy = {
  name: "stable-keeps-replicas",
  description: "What users are sent to keeps at least one pod, even when the canary takes all requests.",
  enforcementLevel: "mandatory",
  severity: "critical",
  framework: gradualRelease,
  validateStack({ resources }, report) {
    const isBlueGreen = currentPlan(resources)?.strategy === "blueGreen";
    readAll((reader) => {
      const sources = podSources(resources, reader);
      // The pods could be those that can't be read yet.
      if (!reader.isComplete()) return;
      for (const { object, title, backends } of readEdges(resources, reader)) {
        if (isBlueGreen && object.kind === "Service") continue;
        for (const backend of backends.filter(({ isMain, isReached }) => isMain && isReached)) {
          const { service, selector } = backend;
          const behind = sourcesSelected(backend, sources);
          if (hasNoSelector(service) || behind.some(({ replicas }) => replicas > 0)) continue;
          // What has an address of its own may lead to pods that others make.
          if (object.kind === "Service" && behind.length === 0) continue;
          const empty = behind.map(({ title, replicas }) => `${title} has replicas: ${replicas}`).join(", ");
          const version = selector?.["version"] ?? "the version that is stable";
          const which = object.kind === "Service" ? title : `${title} leads to ${service.title}, which`;
          report(
            `${which} has no pods (${empty || "no Deployment has its labels"}), so that users would get an error: keep replicas ` +
              `at 1 or more in sluice:versions for ${version}.`,
            object.urn,
          );
        }
      }
    });
  },
};
