import { backendOf } from "../../config/backend";
import type { ControllerSeries, Counted, Role } from "../router";

/** The series in which a controller of Ingresses counts a version's requests. */
export function ingressSeries(subject: Counted, role: Role): ControllerSeries {
  switch (subject.controller) {
    case "traefik": {
      const spellings = spellingsOf("service", traefikService(subject, role));
      return {
        requests: { metric: "traefik_service_requests_total", spellings },
        statusLabel: "code",
        durations: { metric: "traefik_service_request_duration_seconds_bucket", spellings },
      };
    }
    default: {
      const spellings = spellingsOf("namespace", subject.namespace).map(
        (namespace) => `${namespace},${nginxMatchers(subject, role)}`,
      );
      return {
        requests: { metric: "nginx_ingress_controller_requests", spellings },
        statusLabel: "status",
        durations: { metric: "nginx_ingress_controller_request_duration_seconds_bucket", spellings },
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
function nginxMatchers(subject: Counted, role: Role): string {
  const isApart = subject.plan.strategy === "canary" && role === "canary";
  const { canary, port } = backendOf(subject);
  const upstream = isApart ? `${subject.namespace}-${canary}-${port}` : "";
  return `ingress="${countingIngress(subject, role)}",canary="${upstream}"`;
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
  const name = [namespace, ingress, isPreview ? `${service}-preview` : service, port].join("-");
  return `${name.replace(/-+/g, "-")}${isCanary ? "-canary" : ""}@kubernetesingressnginx`;
}

/** A label that the target has too (by a ServiceMonitor `namespace` and `service`) is renamed when it is scraped. */
function spellingsOf(label: string, value: string): string[] {
  return [`${label}="${value}",exported_${label}=""`, `exported_${label}="${value}"`];
}
