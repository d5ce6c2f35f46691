import { titleOf } from "../cluster-objects";
import type { Clashes, ClusterObject } from "../router";

const group = "networking.istio.io";

/** VirtualServices of others for the same host. */
export const clashes: Clashes = {
  concerns: ({ kind, apiVersion }) =>
    (kind === "VirtualService" || kind === "Gateway") && apiVersion.startsWith(`${group}/`),
  missing: {
    key: "router",
    value: "istio",
    allowed:
      "needs the kinds of Istio, which this cluster does not have: istioctl install, or helm install istio-base base --repo https://istio-release.storage.googleapis.com/charts --namespace istio-system --create-namespace",
  },
  find(own, others) {
    const gateways = new Map(
      [...own, ...others]
        .filter(({ kind }) => kind === "Gateway")
        .map((gateway) => [`${gateway.metadata.namespace}/${gateway.metadata.name}`, gateway]),
    );
    const placesOf = (object: ClusterObject) => placesAt(object, gateways);
    const places = new Set(own.flatMap(placesOf));
    return others.flatMap((other) => {
      const host = placesOf(other)
        .find((place) => places.has(place))
        ?.split(" ")[1];
      const allowed = `must be a host that no other VirtualService has: ${titleOf(other)} has it already, and Istio uses only one of the two`;
      return host === undefined ? [] : [{ key: "host", value: host, allowed }];
    });
  },
};

/**
 * The hosts of a VirtualService, each with where it is asked for: in the mesh, where a short name is one of the namespace, or
 * at the pods that a Gateway selects, which answer for all Gateways that do.
 */
function placesAt({ kind, metadata, spec }: ClusterObject, all: ReadonlyMap<string, ClusterObject>): string[] {
  if (kind !== "VirtualService") return [];
  const { hosts = [], gateways = ["mesh"] } = (spec ?? {}) as { hosts?: string[]; gateways?: string[] };
  const entrances = gateways.map((reference) => {
    if (reference === "mesh") return `${metadata.namespace}/mesh`;
    const gateway = reference.includes("/") ? reference : `${metadata.namespace}/${reference}`;
    const { selector } = (all.get(gateway)?.["spec"] ?? {}) as { selector?: Readonly<Record<string, string>> };
    return selector ? JSON.stringify(Object.entries(selector).sort()) : gateway;
  });
  return entrances.flatMap((entrance) => hosts.map((host) => `${entrance} ${host}`));
}
