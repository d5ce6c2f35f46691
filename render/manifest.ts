import type { ClusterObject } from "../kubernetes/cluster-object";

export { withNamespace } from "../workloads/scope";

/** A Kubernetes object as the API server takes it. */
export type Manifest = ClusterObject;

/** The reference that identifies an object in a cluster. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The reference of an object. */
export function referenceOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): ObjectReference {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** A key that two references share if they mean the same object, in any version of its API. */
export function keyOf({ apiVersion, kind, namespace, name }: ObjectReference): string {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return [group, kind, namespace ?? "", name].join("/");
}

/** The same key for an object. */
export function keyOfManifest(manifest: Manifest): string {
  return keyOf(referenceOf(manifest));
}

/** An object as far as a reference names it. */
export function manifestOf({ apiVersion, kind, name, namespace }: ObjectReference): Manifest {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

/** The object as a user would name it: `Ingress demo/nginx-canary`. */
export function describeObject({ kind, namespace, name }: ObjectReference): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
