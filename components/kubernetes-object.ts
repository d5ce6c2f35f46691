import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

type Constructor = new (name: string, args: object, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** An object with any fields; its namespace may not exist yet. */
export interface ObjectArgs {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
  readonly [field: string]: unknown;
}

/**
 * Annotations for objects that Pulumi doesn't wait for.
 *
 * Its provider waits for Ingresses and Services by what it remembers of those in the namespace. It may take one for ready as
 * it was before the update, and store it like that: the next preview shows the same change once more. It would also wait for
 * up to a minute until a controller publishes a new Ingress's address, ten seconds for each Service whose pods are ready, and
 * ten minutes for one that has none. Whatever sends users to a Service depends on its Deployment, and Sluice asks for answers
 * itself.
 *
 * @see https://github.com/pulumi/pulumi-kubernetes/pull/3793 since when what the wait has seen is stored
 */
export const notAwaited = { "pulumi.com/skipAwait": "true" };

/** Makes an object of any kind: as Pulumi's own class of it if there is one, which knows when it is ready. */
export function kubernetesObject(
  name: string,
  object: ObjectArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const { apiVersion, kind } = object;
  const Kind = classOf(apiVersion, kind);
  return Kind ? new Kind(name, withoutWait(object), opts) : new k8s.apiextensions.CustomResource(name, object, opts);
}

/**
 * Sets fields of an existing object. When the stack goes, the object stays with the fields as they are: what would
 * be given up is removed by the API server if nobody else has applied it, and a Service without a selector leads nowhere.
 */
export function kubernetesPatch(
  name: string,
  object: ObjectArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const { apiVersion, kind } = object;
  const Patch = classOf(apiVersion, `${kind}Patch`);
  if (!Patch) throw new Error(`Pulumi has no patch for a ${kind}`);
  return new Patch(name, withoutWait(object), { ...opts, retainOnDelete: true });
}

/** The object, annotated if Pulumi is not to wait for it; a load balancer's address is worth the wait. */
function withoutWait(object: ObjectArgs): ObjectArgs {
  const { kind, metadata, spec } = object;
  const isBalancer = (spec as { readonly type?: unknown } | undefined)?.type === "LoadBalancer";
  if (kind !== "Ingress" && (kind !== "Service" || isBalancer)) return object;
  const { annotations } = metadata as { readonly annotations?: Readonly<Record<string, string>> };
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, ...notAwaited } } };
}

/** `networking.k8s.io/v1` is `networking.v1` there; kinds of others may have the same first label. */
function classOf(apiVersion: string, kind: string): Constructor | undefined {
  const [version = "", group = "core"] = apiVersion.split("/").reverse();
  if (group.includes(".") && !group.endsWith(".k8s.io")) return undefined;
  const groups = k8s as unknown as Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, Constructor>>>>>
  >;
  return groups[group.split(".")[0] ?? ""]?.[version]?.[kind];
}
