import type { Problem } from "../../config/problems";
import { titleOf } from "../cluster-objects";
import type { ClusterObject } from "../router";

interface Rule {
  readonly matches?: readonly { readonly path?: { readonly value?: string } }[];
  readonly retry?: object;
}

export interface RouteSpec {
  readonly parentRefs?: readonly { readonly name: string; readonly namespace?: string; readonly port?: number }[];
  readonly hostnames?: readonly string[];
  readonly rules?: readonly Rule[];
}

interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
  readonly allowedRoutes?: { readonly namespaces?: { readonly from?: string } };
}

export interface GatewaySpec {
  readonly gatewayClassName?: string;
  readonly listeners?: readonly Listener[];
}

/** A route of which no listener takes a host is silently accepted for its other hosts, or for none. */
export function unheardHosts(route: ClusterObject, gateway: ClusterObject): Problem[] {
  const { hostnames = [], parentRefs = [] } = route["spec"] as RouteSpec;
  const { listeners = [] } = gateway["spec"] as GatewaySpec;
  const port = parentRefs[0]?.port;
  const isSame = gateway.metadata.namespace === route.metadata.namespace;
  const open = listeners.filter(
    ({ allowedRoutes, port: own }) =>
      (port === undefined || own === port) && (isSame || (allowedRoutes?.namespaces?.from ?? "Same") !== "Same"),
  );
  const name = titleOf(gateway);
  return hostnames
    .filter((host) => !open.some(({ hostname }) => hostname === undefined || covers(hostname, host)))
    .map((host) => ({
      key: "host",
      value: host,
      allowed: `must be a host that a listener of ${name}${port === undefined ? "" : ` on port ${port}`} takes from this namespace: ${
        listeners.map((one) => `${one.name} takes ${one.hostname ?? "every host"}`).join(", ") || "it has none"
      }`,
    }));
}

function covers(hostname: string, host: string): boolean {
  return hostname.startsWith("*.") ? host.endsWith(hostname.slice(1)) : hostname === host;
}

/** Of two routes for one place of one way in, the older one has it. */
export function takenPlaces(
  routes: readonly ClusterObject[],
  gateways: readonly ClusterObject[],
  others: readonly ClusterObject[],
): Problem[] {
  const waysIn = new Set(gateways.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const places = new Set(routes.flatMap(placesOf));
  return others
    .filter((other) =>
      ((other["spec"] as RouteSpec).parentRefs ?? []).some(({ name, namespace = other.metadata.namespace }) =>
        waysIn.has(`${namespace}/${name}`),
      ),
    )
    .flatMap((other) => {
      const [host, path] =
        placesOf(other)
          .find((place) => places.has(place))
          ?.split(" ") ?? [];
      const allowed = `must be a host and path that no other route has at this entry point: ${titleOf(other)} has ${path} already`;
      return host === undefined ? [] : [{ key: "host", value: host, allowed }];
    });
}

function placesOf(route: ClusterObject): string[] {
  const { hostnames = [], rules = [] } = route["spec"] as RouteSpec;
  const paths = rules.flatMap(({ matches = [{}] }) => matches.map(({ path }) => path?.value ?? "/"));
  return hostnames.flatMap((host) => paths.map((path) => `${host} ${path}`));
}
