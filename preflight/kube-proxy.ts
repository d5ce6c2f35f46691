import { parse } from "yaml";
import type { Findings, Situation } from "./check";

/** What kubeadm keeps of kube-proxy's settings (KubeProxyConfiguration, kubeproxy.config.k8s.io/v1alpha1). */
interface KubeProxy {
  readonly mode?: string;
  readonly ipvs?: { readonly strictARP?: boolean };
}

const place = { apiVersion: "v1", kind: "ConfigMap", namespace: "kube-system", name: "kube-proxy" };

/** What MetalLB's documentation has its users run, and what makes the pods read it. */
const remedy =
  "kubectl get configmap kube-proxy --namespace kube-system --output yaml | sed 's/strictARP: false/strictARP: true/' | " +
  "kubectl apply --filename - && kubectl rollout restart daemonset kube-proxy --namespace kube-system";

/**
 * A kube-proxy in IPVS mode has every Service's address on every node, and without `strictARP` each node answers for it:
 * the first one takes the traffic, whether MetalLB chose it or not.
 *
 * @see https://metallb.io/installation/#preparation
 */
export async function findLenientArp({ manifests, live }: Situation): Promise<Findings> {
  if (!manifests.some(({ kind }) => kind === "L2Advertisement")) return {};
  // Clusters whose kube-proxy is set up otherwise, or that have none, tell nothing here.
  const settings = settingsOf(await live.get(place));
  if (settings.mode !== "ipvs" || settings.ipvs?.strictARP === true) return {};
  const warning =
    "kube-proxy runs in IPVS mode without strictARP (ConfigMap kube-system/kube-proxy): every node answers ARP for " +
    `MetalLB's addresses, so users may reach one that doesn't serve them. Run ${remedy}`;
  return { warnings: [warning] };
}

function settingsOf(configMap: object | undefined): KubeProxy {
  const { data } = (configMap ?? {}) as { readonly data?: Readonly<Record<string, string>> };
  try {
    return (parse(data?.["config.conf"] ?? "") as KubeProxy | null) ?? {};
  } catch {
    return {};
  }
}
