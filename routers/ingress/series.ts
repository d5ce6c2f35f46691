import { backendOf } from "../../config/backend";
import type { ControllerSeries, Counted, MetricsPage, Role } from "../router";
import { traefikName, traefikSeries } from "../traefik-series";

/** ingress-nginx and Traefik name the port alike in their charts, and so does Sluice. */
export const metricsPage: MetricsPage = {
  port: "metrics",
  path: "/metrics",
  remedy: "set controller.metrics.enabled in ingress-nginx's chart, or metrics.prometheus in Traefik's",
};

/** The series in which a controller of Ingresses counts a version's requests. */
export function ingressSeries(subject: Counted, role: Role): ControllerSeries {
  switch (subject.controller) {
    case "traefik":
      return traefikSeries(traefikService(subject, role));
    default: {
      const counters = { labels: nginxLabels(subject, role), renamed: "namespace" };
      return {
        requests: { metric: "nginx_ingress_controller_requests", ...counters },
        statusLabel: "status",
        durations: { metric: "nginx_ingress_controller_request_duration_seconds_bucket", ...counters },
      };
    }
  }
}

/** The Ingress by whose name ingress-nginx counts the requests that reach a version. */
export function countingIngress(subject: Counted, role: Role): string {
  const isPreview = subject.plan.strategy === "blueGreen" && role === "canary";
  return isPreview ? `${subject.workload}-preview` : backendOf(subject).ingress;
}

/**
 * A canary's requests are counted under the mainline's Ingress and Service; what tells them apart is the label `canary`,
 * which has the canary's upstream (namespace, Service, port), and is empty for all others.
 *
 * @see rootfs/etc/nginx/lua/monitor.lua of v1.15.1, whose `canary` is `proxy_alternative_upstream_name`, set by
 * `get_balancer` of balancer.lua; and internal/ingress/metric/collectors/socket.go
 */
function nginxLabels(subject: Counted, role: Role): Record<string, string> {
  const { namespace, plan } = subject;
  const { canary, port } = backendOf(subject);
  const isApart = plan.strategy === "canary" && role === "canary";
  return {
    namespace,
    ingress: countingIngress(subject, role),
    canary: isApart ? `${namespace}-${canary}-${port}` : "",
  };
}

/**
 * Traefik names a service by namespace, Ingress, Service and port; a canary by what it is a canary of.
 *
 * It counts what it passed on to a pod: a version without any pod answers 503, and is not counted at all.
 *
 * @see pkg/provider/kubernetes/ingress-nginx of v3.7.6, `backendName` in build.go and `canarySvcName` in translator.go
 */
function traefikService(subject: Counted, role: Role): string {
  const { namespace, plan } = subject;
  const isCanary = plan.strategy === "canary" && role === "canary";
  const ingress = countingIngress(subject, role);
  const { service, port } = backendOf(subject);
  const isPreview = plan.strategy === "blueGreen" && role === "canary";
  const name = traefikName(namespace, ingress, isPreview ? `${service}-preview` : service, port);
  return `${name}${isCanary ? "-canary" : ""}@kubernetesingressnginx`;
}
