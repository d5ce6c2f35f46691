import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link onOwnPorts}. */
export interface OwnPortsArgs {
  readonly metadata: k8s.types.input.meta.v1.ObjectMeta;
  /** The labels that choose the pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** The names of the pods' ports. */
  readonly ports: readonly string[];
}

/**
 * Has pods take connections on their own ports only, from anywhere. It means nothing in a cluster whose network plugin doesn't
 * enforce NetworkPolicies.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function onOwnPorts(
  name: string,
  { metadata, labels, ports }: OwnPortsArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy {
  return new k8s.networking.v1.NetworkPolicy(
    name,
    {
      metadata,
      spec: {
        podSelector: { matchLabels: { ...labels } },
        policyTypes: ["Ingress"],
        ingress: [{ ports: ports.map((port) => ({ protocol: "TCP", port })) }],
      },
    },
    opts,
  );
}
