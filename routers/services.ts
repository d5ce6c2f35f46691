import type { StackConfig } from "../config/stack-config";
import { servicePort } from "../config/routing";
import type { Need, RouteObject } from "./router";

/**
 * Annotations of a Service inside the cluster. Pulumi would wait ten seconds more for each whose pods are ready, and ten
 * minutes for one that has none; whatever leads users to a Service depends on its Deployment, too.
 */
export const notAwaited = { "pulumi.com/skipAwait": "true" };

/** What an object of the workload is called, and where it is. */
export function metadataOf({ workload, namespace }: Pick<StackConfig, "workload" | "namespace">, name: string) {
  return { name, namespace, labels: { app: workload } };
}

/** The pods of a version of the workload that users reach. */
export function podsOf({ workload }: Pick<StackConfig, "workload">, version: string): Need {
  return { kind: "pods", workload, version };
}

/**
 * A Service whose selector says which version it leads to, so that a change of it is one of endpoints alone.
 *
 * @param name apart from the version's own Service.
 */
export function selectingService(config: StackConfig, name: string, version: string): RouteObject {
  const { workload } = config;
  const selector = { app: workload, version };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...metadataOf(config, name), annotations: notAwaited },
    spec: { type: "ClusterIP", selector, ports: [{ name: "http", port: servicePort, targetPort: "http" }] },
    traffic: { spec: { selector } },
    // The pods of a version that retires go after what leads to them.
    needs: [podsOf(config, version)],
  };
}
