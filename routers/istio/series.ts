import type { ControllerSeries, Counted, MetricsPage, Role } from "../router";

/** Envoy's own page, in the pods of a gateway that Istio's charts or operator have made. */
export const metricsPage: MetricsPage = {
  port: "http-envoy-prom",
  path: "/stats/prometheus",
  remedy: "have the gateway's pods declare port 15090 as http-envoy-prom, as Istio's charts do",
};

/**
 * The series in which the gateway's Envoy counts a version's requests: by the workload that it passed them on to. Nothing
 * for an application's own objects, whose Deployments have names of their own.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export function istioSeries({ namespace, workload, application, ...versions }: Counted, role: Role) {
  if (application) return undefined;
  const labels = {
    reporter: "source",
    destination_workload: `${workload}-${versions[role]}`,
    destination_workload_namespace: namespace,
  };
  const series: ControllerSeries = {
    requests: { metric: "istio_requests_total", labels },
    statusLabel: "response_code",
    durations: { metric: "istio_request_duration_milliseconds_bucket", labels },
    durationUnit: "ms",
  };
  return series;
}
