import { titleOf } from "../cluster-objects";
import type { Clashes, ClusterObject } from "../router";

const group = "networking.istio.io";

/** VirtualServices of somebody else for the same host. */
export const clashes: Clashes = {
  concerns: ({ kind, apiVersion }) => kind === "VirtualService" && apiVersion.startsWith(`${group}/`),
  missing: {
    key: "router",
    value: "istio",
    allowed:
      "needs the kinds of Istio, which this cluster does not have: istioctl install, or helm install istio-base base --repo https://istio-release.storage.googleapis.com/charts --namespace istio-system --create-namespace",
  },
  find(own, others) {
    const places = new Set(own.flatMap(placesOf));
    return others.flatMap((other) => {
      const host = placesOf(other)
        .find((place) => places.has(place))
        ?.split(" ")[1];
      const allowed = `must be a host that no other VirtualService has: ${titleOf(other)} has it already, and of two Istio takes one`;
      return host === undefined ? [] : [{ key: "host", value: host, allowed }];
    });
  },
};

/** A host at a gateway, or in the mesh, where a short name is one of the namespace. */
function placesOf({ metadata, spec }: ClusterObject): string[] {
  const { hosts = [], gateways = ["mesh"] } = (spec ?? {}) as { hosts?: string[]; gateways?: string[] };
  return gateways.flatMap((gateway) => hosts.map((host) => `${metadata.namespace}/${gateway} ${host}`));
}
