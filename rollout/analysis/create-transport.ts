import type { KubeConfig } from "@kubernetes/client-node";
import { ConfigError } from "../../config/problems";
import type { PrometheusConfig } from "../../config/rollout-metrics";
import { apiServerTransport } from "./api-server-transport";
import { httpTransport } from "./http-transport";
import type { PrometheusTransport } from "./transport";

/**
 * The way to Prometheus that a stack names.
 *
 * @param edges the environment that holds the token, and the kubeconfig of the stack's cluster, read only if needed.
 * @throws ConfigError for a token on the way through the API server.
 */
export function createTransport(
  { url, service, tokenVariable }: PrometheusConfig,
  edges: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly kubeConfig: () => KubeConfig;
  },
): PrometheusTransport {
  if (service && tokenVariable !== undefined)
    throw new ConfigError([
      {
        key: "rollout.prometheus.tokenVariable",
        value: tokenVariable,
        allowed:
          "has no meaning beside rollout.prometheus.service: the API server passes no token on; remove it, or use url",
      },
    ]);
  if (service) return apiServerTransport(edges.kubeConfig(), service);
  if (url !== undefined) return httpTransport({ url, tokenVariable }, edges.environment);
  throw new Error("rollout.prometheus has neither url nor service");
}
