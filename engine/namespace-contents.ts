import type { Manifest } from "../render/manifest";

/** What comes and goes by itself: reports, elections, and the addresses of Services. */
const transient = new Set(["Event", "Lease", "Endpoints", "EndpointSlice", "PodMetrics"]);

/** What a controller puts into every namespace, without saying that it owns it. */
const inEveryNamespace = new Set([
  "ServiceAccount default",
  "ConfigMap kube-root-ca.crt",
  "ConfigMap istio-ca-root-cert",
  "ConfigMap openshift-service-ca.crt",
]);

/**
 * True for an object that somebody put into a namespace, once the stack's own are gone: neither Kubernetes made it, nor
 * does it go with another object, nor is it going already.
 */
export function isOfOthers({ kind, metadata }: Manifest): boolean {
  if (transient.has(kind) || inEveryNamespace.has(`${kind} ${metadata.name}`)) return false;
  const { ownerReferences = [], deletionTimestamp } = metadata as {
    ownerReferences?: readonly unknown[];
    deletionTimestamp?: string;
  };
  return ownerReferences.length === 0 && deletionTimestamp === undefined;
}
