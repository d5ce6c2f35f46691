import type { Manifest } from "../render/manifest";

/** Objects that Kubernetes creates and deletes itself: reports, elections, and the addresses of Services. */
const transient = new Set(["Event", "Lease", "Endpoints", "EndpointSlice", "PodMetrics"]);

/** Objects that a controller puts into every namespace without an owner reference. */
const inEveryNamespace = new Set([
  "ServiceAccount default",
  "ConfigMap kube-root-ca.crt",
  "ConfigMap openshift-service-ca.crt",
]);

/**
 * The label of the ConfigMaps that Istio puts into every namespace: its certificates and what it has revoked.
 *
 * @see `configMapLabel` in pilot/pkg/serviceregistry/kube/controller/namespacecontroller.go of Istio
 */
const istioLabel = "istio.io/config";

/**
 * True for an object that somebody put into a namespace, once the stack's own are gone: neither Kubernetes made it, nor
 * does it go with another object, and isn't it going already.
 */
export function isOfOthers({ kind, metadata }: Manifest): boolean {
  if (transient.has(kind) || inEveryNamespace.has(`${kind} ${metadata.name}`)) return false;
  const {
    ownerReferences = [],
    deletionTimestamp,
    labels = {},
  } = metadata as {
    ownerReferences?: readonly unknown[];
    deletionTimestamp?: string;
    labels?: Readonly<Record<string, string>>;
  };
  if (kind === "ConfigMap" && labels[istioLabel] === "true") return false;
  return ownerReferences.length === 0 && deletionTimestamp === undefined;
}
