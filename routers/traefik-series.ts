import type { ControllerSeries, LabelValue } from "./router";

/** The series in which Traefik counts the requests that it passes on to a service of its own. */
export function traefikSeries(service: LabelValue): ControllerSeries {
  const counters = { labels: { service }, renamed: "service" };
  return {
    requests: { metric: "traefik_service_requests_total", ...counters },
    statusLabel: "code",
    durations: { metric: "traefik_service_request_duration_seconds_bucket", ...counters },
  };
}

/** Traefik's names have no two dashes in a row. @see `Normalize` in pkg/provider/provider.go of v3.7.6 */
export function traefikName(...parts: readonly (string | number)[]): string {
  return parts.join("-").replace(/-+/g, "-");
}
