import type { StackConfig } from "../config/stack-config";
import { servicePort } from "../config/backend";
import { workloadLabel } from "../workloads/live";
import type { Need, RouteObject } from "./router";

/** What an object of the workload is called, and where it is. */
export function metadataOf(
  { workload, namespace, application }: Pick<StackConfig, "workload" | "namespace" | "application">,
  name: string,
) {
  return { name, namespace, labels: { app: workload, ...(application?.live && { [workloadLabel]: workload }) } };
}

/** The pods of a version of the workload that users reach. */
export function podsOf({ workload }: Pick<StackConfig, "workload">, version: string): Need & { readonly kind: "pods" } {
  return { kind: "pods", workload, version };
}

/** An object of the same router that must be there before another one. */
export function asNeed(object: RouteObject): Need {
  return { kind: "object", object };
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
    metadata: metadataOf(config, name),
    spec: { type: "ClusterIP", selector, ports: [{ name: "http", port: servicePort, targetPort: "http" }] },
    traffic: { spec: { selector } },
    // The pods of a version that retires go after what leads to them.
    needs: [podsOf(config, version)],
  };
}
