import type * as pulumi from "@pulumi/pulumi";

/** What an ingress controller's component tells the rest of the program. */
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
  /** What says where requests go: Ingresses with ingress-nginx's annotations, or Gateway API. */
  readonly reads?: "ingresses" | "gateways";
  /** Another image than the pinned one, for mirrors and patched forks. */
  readonly image?: { readonly repository?: string; readonly tag?: string; readonly digest?: string };
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
 * What asks for an address, where one is named.
 *
 * The sharing key changes with the address, because MetalLB looks anew at the Services that wait for an address only where
 * another's key changes or it loses its address altogether; one that merely moves to another address leaves them waiting.
 *
 * @see https://metallb.io/usage/#ip-address-sharing
 */
export function addressAnnotations(address: string | undefined): Record<string, string> | undefined {
  return address === undefined ? undefined : { [addressAnnotation]: address, "metallb.io/allow-shared-ip": address };
}

interface LoadBalancerStatus {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
}
