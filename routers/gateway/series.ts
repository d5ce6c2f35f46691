import { backendOf } from "../../config/backend";
import type { ControllerSeries, Counted, MetricsPage, Role } from "../router";
import { traefikName, traefikSeries } from "../traefik-series";

/** Traefik's, in its own chart and as Sluice brings it. */
export const metricsPage: MetricsPage = {
  port: "metrics",
  path: "/metrics",
  remedy: "set metrics.prometheus in Traefik's chart",
};

/**
 * The series in which Traefik counts a version's requests; nothing for other implementations of Gateway API, which have no
 * counters in common.
 *
 * @see pkg/provider/kubernetes/gateway/httproute.go of v3.7.6, `loadHTTPService`
 */
export function gatewaySeries(subject: Counted, role: Role): ControllerSeries | undefined {
  if (subject.controller !== "traefik") return undefined;
  const { portNumber } = backendOf(subject);
  const service = traefikName(subject.namespace, serviceOf(subject, role), portNumber);
  return traefikSeries(`${service}@kubernetesgateway`);
}

/** Beside an application's own Service the version on trial has another one; in the short form each version has one. */
function serviceOf(subject: Counted, role: Role): string {
  const { application, workload, plan } = subject;
  if (!application) return `${workload}-${subject[role]}`;
  const { service, canary } = backendOf(subject);
  if (role === "stable") return service;
  return plan.strategy === "canary" ? canary : `${service}-preview`;
}
