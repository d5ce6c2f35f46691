import type { ClusterObject } from "../kubernetes/cluster-object";

const clusterScoped = new Set([
  "APIService",
  "CertificateSigningRequest",
  "CSIDriver",
  "CustomResourceDefinition",
  "GatewayClass",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
]);

interface Definition {
  readonly scope?: string;
  readonly names?: { readonly kind?: string };
}

/**
 * Gives an object the namespace it belongs to where it names none: a chart's templates may leave it out.
 *
 * @param namespace what `helm install --namespace` would be given.
 * @param beside objects among which its kind may be defined.
 */
export function withNamespace<Object extends ClusterObject>(
  object: Object,
  namespace: string,
  beside: readonly ClusterObject[] = [],
): Object {
  if (object.metadata.namespace !== undefined || isClusterScoped(object, beside)) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** Kinds of others say by their name that they belong to the cluster: ClusterIssuer, ClusterPolicy. */
function isClusterScoped({ kind }: ClusterObject, beside: readonly ClusterObject[]): boolean {
  if (clusterScoped.has(kind) || /^Cluster[A-Z]/.test(kind)) return true;
  return beside.some((one) => {
    const { scope, names } = (one["spec"] ?? {}) as Definition;
    return one.kind === "CustomResourceDefinition" && names?.kind === kind && scope === "Cluster";
  });
}

/** The namespace that the Deployments name, if all of them name the same one. */
export function namespaceOf(objects: readonly ClusterObject[], otherwise: string): string {
  const named = new Set(objects.filter(({ kind }) => kind === "Deployment").map(({ metadata }) => metadata.namespace));
  const [only] = named;
  return named.size === 1 && only !== undefined ? only : otherwise;
}
