import type { IstioConfig } from "../config/routers";

/**
 * The labels that a namespace of a mesh needs. Without Istio's CNI plugin, an init container in every pod redirects its
 * traffic, for which it needs NET_ADMIN and NET_RAW: Kubernetes' pod security lets it only if the namespace says so. The
 * application's own containers get no capability.
 *
 * @see https://istio.io/latest/docs/ops/deployment/application-requirements/
 */
export function namespaceLabels(istio: IstioConfig | undefined): Record<string, string> | undefined {
  if (istio?.sidecar?.redirection !== "init") return undefined;
  return { "pod-security.kubernetes.io/enforce": "privileged" };
}
