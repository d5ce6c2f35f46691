import { backendOf } from "../../config/backend";
import type { ControllerSeries, Counted, MetricsPage, Role } from "../router";
import { traefikName, traefikSeries } from "../traefik-series";

/** Sluice's own Traefik names the port so, and Traefik's chart too. */
export const metricsPage: MetricsPage = {
  port: "metrics",
  path: "/metrics",
  remedy: "set metrics.prometheus in Traefik's chart",
};

/**
 * The series in which Traefik counts the requests that HTTPRoutes lead to a version. It has a service of its own for each rule
 * of a route and each of the rule's backends; what tells versions apart is the Kubernetes Service at the name's end. Nothing
 * for other implementations of Gateway API.
 *
 * @see `loadHTTPService` in pkg/provider/kubernetes/gateway/httproute.go of Traefik v3.7.6
 */
export function gatewaySeries(subject: Counted, role: Role): ControllerSeries | undefined {
  if (subject.controller !== "traefik") return undefined;
  const service = traefikName("svc", subject.namespace, serviceOf(subject, role));
  return traefikSeries({ matches: `httproute-.*-${service}-[0-9]+@kubernetesgateway` });
}

/** The Service that the routes lead to. */
function serviceOf({ workload, application, plan, ...versions }: Counted, role: Role): string {
  if (!application) return `${workload}-${versions[role]}`;
  const { service } = backendOf({ workload, application });
  if (role === "stable") return service;
  return `${service}-${plan.strategy === "blueGreen" ? "preview" : "canary"}`;
}
