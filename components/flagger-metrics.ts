import { createHash } from "node:crypto";
import { servicePort } from "../config/backend";
import type { RolloutConfig } from "../config/rollout";
import type { builtInMetrics } from "../config/rollout-metrics";
import { type MetricConfig } from "../config/rollout-metrics";

/** A query of the stack's own, as Flagger asks it. */
export interface FlaggerQuery {
  /** The MetricTemplate's name. */
  readonly template: string;
  /** PromQL with Flagger's placeholders. */
  readonly query: string;
}

/** What checks are written for. */
export interface MetricContext {
  /** The workload's name, in front of the templates' names. */
  readonly workload: string;
  /** The version that Flagger tries. */
  readonly version: string;
  /** What reads the Ingresses. */
  readonly controller: "ingress-nginx" | "traefik" | "existing";
}

type BuiltIn = (typeof builtInMetrics)[number];

/**
 * What Traefik counts a canary's requests under: the mainline's Ingress, Service and port, whatever the canary's Service
 * is called. A router's metrics would not do: they count both versions together.
 */
const traefikService = `service="{{ namespace }}-{{ ingress }}-{{ service }}-${servicePort}-canary@kubernetesingressnginx"`;
const nginxCanary = `namespace="{{ namespace }}", ingress="{{ ingress }}", canary!=""`;
const window = "[{{ interval }}]";

const percentile = (name: string, labels: string) =>
  `1000 * histogram_quantile(0.99, sum(rate(${name}_bucket{${labels}}${window})) by (le))`;

/** The queries of the built-in metrics where Flagger's own don't do: Traefik's, and of ingress-nginx the duration, a mean. */
const queries: Readonly<Record<"traefik" | "ingress-nginx", Partial<Record<BuiltIn, string>>>> = {
  traefik: {
    "request-success-rate":
      // If no request fails, there is no series of failures.
      `100 - 100 * (sum(rate(traefik_service_requests_total{${traefikService}, code=~"5.."}${window})) or vector(0))` +
      ` / sum(rate(traefik_service_requests_total{${traefikService}}${window}))`,
    "request-duration": percentile("traefik_service_request_duration_seconds", traefikService),
  },
  "ingress-nginx": {
    "request-duration": percentile("nginx_ingress_controller_request_duration_seconds", nginxCanary),
  },
};

/** The query of a metric that Flagger asks by a template; nothing for one that it has built in. */
export function flaggerQuery(
  { name, query }: MetricConfig,
  { workload, version, controller }: MetricContext,
): FlaggerQuery | undefined {
  const own = queries[controller === "traefik" ? "traefik" : "ingress-nginx"][name as BuiltIn];
  const text = query === undefined ? own : inFlaggersWords(query, version);
  return text === undefined ? undefined : { template: objectName(workload, name), query: text };
}

/** The name of an object of a stack that belongs to something with a name of people's; no two of these share one. */
export function objectName(workload: string, name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (plain === name) return `${workload}-${plain}`;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return [workload, plain, digest].filter(Boolean).join("-");
}

/** The placeholders that Flagger does not have by the same name. */
function inFlaggersWords(query: string, version: string): string {
  return query.replace(/\{\{\s*workload\s*\}\}/g, "{{ target }}").replace(/\{\{\s*canary\s*\}\}/g, () => version);
}

/** Where Flagger reaches Prometheus, from within the cluster. */
export function prometheusAddress({ prometheus }: RolloutConfig): string | undefined {
  const { url, service } = prometheus ?? {};
  return service ? `http://${service.name}.${service.namespace}:${service.port}` : url;
}
