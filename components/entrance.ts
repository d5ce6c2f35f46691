import * as pulumi from "@pulumi/pulumi";
import { notAwaited } from "./kubernetes-object";

/** The outputs of an ingress controller's component. */
export interface Entrance {
  /** The IngressClass by which Ingresses choose it. */
  readonly className: pulumi.Output<string>;
  /** The address that its LoadBalancer Service was given; `undefined` until it has one. */
  readonly address: pulumi.Output<string | undefined>;
}

/** Arguments that every controller's component takes. */
export interface EntranceArgs {
  /** The name of the IngressClass. */
  readonly className: string;
  /** How many pods of the controller. */
  readonly replicas: number;
  /** `Local` keeps the client's address, `Cluster` spreads over all nodes (core/v1 Service). */
  readonly externalTrafficPolicy: "Local" | "Cluster";
  /** The address that its Service asks MetalLB for; any that is free without it. */
  readonly address?: string;
  /** While two entry points exchange their addresses: whether this one is to have the one that users know. */
  readonly exchange?: "users" | "other";
  /** The source of routes: Ingresses with ingress-nginx's annotations, or Gateway API. */
  readonly reads?: "ingresses" | "gateways";
  /** Another image than the pinned one, for mirrors and patched forks. */
  readonly image?: { readonly repository?: string; readonly tag?: string; readonly digest?: string };
}

/** The address that a Service asks MetalLB for. */
interface AskedAddress {
  readonly address?: pulumi.Input<string>;
}

/** The address that is asked for, or else the one that a Service was given. */
export function entranceAddress(
  { address }: AskedAddress,
  status: pulumi.Output<LoadBalancerStatus | undefined>,
): pulumi.Output<string | undefined> {
  return address === undefined ? addressOf(status) : pulumi.output(address);
}

/** The first address in a LoadBalancer Service's status: an IP address, or a host name where a cloud gives one. */
export function addressOf(status: pulumi.Output<LoadBalancerStatus | undefined>): pulumi.Output<string | undefined> {
  return status.apply((known) => {
    const first = known?.loadBalancer?.ingress?.[0];
    return first?.ip ?? first?.hostname;
  });
}

/**
 * The annotation by which a Service asks MetalLB for an address.
 *
 * @see https://metallb.io/usage/#requesting-specific-ips
 */
export const addressAnnotation = "metallb.io/loadBalancerIPs";

/**
 * What asks for an address, if one is named.
 *
 * The sharing key changes with the address, because MetalLB looks again at the Services that wait for an address only if
 * another's key changes or it loses its address altogether; one that merely moves to another address leaves them waiting.
 *
 * @see https://metallb.io/usage/#ip-address-sharing
 */
export function addressAnnotations({
  address,
  exchange,
}: AskedAddress & Pick<EntranceArgs, "exchange">): Record<string, pulumi.Input<string>> | undefined {
  if (address === undefined) return undefined;
  return {
    [addressAnnotation]: address,
    "metallb.io/allow-shared-ip": address,
    // Pulumi can't wait for only one of them: each asks for the address that the other still has.
    ...(exchange && notAwaited),
  };
}

/**
 * What a Service's fields are besides, while two entry points exchange their addresses.
 *
 * kube-proxy acts on a change at once, and on what follows within the next second all in one. So the entry point that gives the
 * users' address up changes in a field, too, that kube-proxy reads and nobody feels: that change goes first, and that the
 * address leaves it and comes to the other, some milliseconds later, is one step.
 *
 * @see https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ minSyncPeriod
 */
export function exchangeFields({ exchange }: Pick<EntranceArgs, "exchange">): { sessionAffinity?: "ClientIP" } {
  return exchange === "other" ? { sessionAffinity: "ClientIP" } : {};
}

interface LoadBalancerStatus {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
}
