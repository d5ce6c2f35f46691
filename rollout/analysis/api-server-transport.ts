import * as http from "node:http";
import * as https from "node:https";
import { text } from "node:stream/consumers";
import type { KubeConfig } from "@kubernetes/client-node";
import type { PrometheusConfig } from "../../config/rollout-metrics";
import type { PrometheusReply, PrometheusTransport } from "./transport";

/**
 * Asks Prometheus through the API server, which passes requests on to a Service of the cluster.
 *
 * @param kubeConfig its current context is used; its user needs `get` on `services/proxy`.
 * @see https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/
 */
export function apiServerTransport(
  kubeConfig: KubeConfig,
  { namespace, name, port }: NonNullable<PrometheusConfig["service"]>,
): PrometheusTransport {
  return {
    address: `Service ${name}:${port} in namespace ${namespace}`,
    whatToCheck: "rollout.prometheus.service, that pods are ready behind it, and that you may use services/proxy",
    async query(promql, signal) {
      const target = new URL(serverOf(kubeConfig));
      const service = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy/api/v1/query`;
      target.pathname = target.pathname.replace(/\/+$/, "") + service;
      target.search = new URLSearchParams({ query: promql }).toString();
      // By GET, for which a user needs no more than to read: a POST would be `create` on services/proxy.
      const options: https.RequestOptions = { method: "GET", signal };
      await kubeConfig.applyToHTTPSOptions(options);
      return replyTo(target, options);
    },
  };
}

function serverOf(kubeConfig: KubeConfig): string {
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined) throw new Error("the kubeconfig has no current cluster");
  return server;
}

function replyTo(target: URL, options: https.RequestOptions): Promise<PrometheusReply> {
  const request = target.protocol === "http:" ? http.request : https.request;
  return new Promise((resolve, reject) => {
    request(target, options, (reply) => {
      text(reply).then((body) => resolve({ status: reply.statusCode ?? 0, body }), reject);
    })
      .on("error", reject)
      .end();
  });
}
