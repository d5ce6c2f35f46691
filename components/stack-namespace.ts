import * as k8s from "@pulumi/kubernetes";
import type { ClusterObject } from "../kubernetes/cluster-object";
import type * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link stackNamespace}. */
export interface StackNamespaceArgs {
  /** The namespace's name. */
  readonly name: string;
  /** Its resource's name; the namespace's own by default. */
  readonly resource?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The application's own object of it, whose fields are kept. */
  readonly own?: ClusterObject;
}

/**
 * A namespace that the stack's objects are in.
 *
 * Pulumi never deletes it, neither by `pulumi destroy` nor when the stack moves to another: it may have been there before
 * the stack, whose apply only adds to it, and whatever others keep in it would go with it. `sluice up` and `sluice down`
 * remove it where the stack made it and nothing of others is left in it.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/options/retainondelete/
 */
export function stackNamespace(
  { name, resource = name, labels, own }: StackNamespaceArgs,
  opts?: pulumi.CustomResourceOptions,
): k8s.core.v1.Namespace {
  const metadata = {
    ...own?.metadata,
    name,
    labels: { ...(own?.metadata["labels"] as object | undefined), ...labels },
  };
  return new k8s.core.v1.Namespace(
    resource,
    { metadata: Object.keys(metadata.labels).length > 0 ? metadata : { ...metadata, labels: undefined } },
    { ...opts, retainOnDelete: true },
  );
}
