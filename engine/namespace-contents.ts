import type { Manifest } from "../render/manifest";

/** Objects that Kubernetes creates and deletes itself: reports, elections, and the addresses of Services. */
const transient = new Set(["Event", "Lease", "Endpoints", "EndpointSlice", "PodMetrics"]);

/** Objects that a controller puts into every namespace without an owner reference. */
const inEveryNamespace = new Set([
  "ServiceAccount default",
  "ConfigMap kube-root-ca.crt",
  "ConfigMap istio-ca-root-cert",
  "ConfigMap openshift-service-ca.crt",
]);

/**
 * True for an object that somebody put into a namespace, once the stack's own are gone: neither Kubernetes made it, nor
 * does it go with another object, and isn't it going already.
 */
export function isOfOthers({ kind, metadata }: Manifest): boolean {
  if (transient.has(kind) || inEveryNamespace.has(`${kind} ${metadata.name}`)) return false;
  const { ownerReferences = [], deletionTimestamp } = metadata as {
    ownerReferences?: readonly unknown[];
    deletionTimestamp?: string;
  };
  return ownerReferences.length === 0 && deletionTimestamp === undefined;
}
