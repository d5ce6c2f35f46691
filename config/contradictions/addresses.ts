import type { Route } from "../../traffic/plan";
import { isInPools } from "../addresses";
import type { Problem } from "../problems";
import { routesOf } from "../routing";
import type { Values } from "../schema";

/**
 * Tells routes apart that may stand beside each other. An exact path and a prefix are two locations of nginx. Two prefixes that
 * differ in the / at their end are one, and nginx refuses its whole configuration then.
 *
 * @see `normalizePrefixPath` in internal/ingress/controller/location.go of ingress-nginx v1.11.0
 */
export function placeOf({ host, path, pathType }: Route): string {
  const isExact = pathType === "Exact";
  return [host, isExact ? path : path.replace(/(.)\/$/, "$1"), isExact].join(" ");
}

/** What contradicts itself in the addresses of a stack whose router looks at hosts and paths. */
export function addressProblems(values: Values): Problem[] {
  const { more, tls, previewHost } = values.route;
  const routes = routesOf(values);
  const hosts = new Set([...routes.map(({ host }) => host), previewHost]);
  const places = routes.map(placeOf);
  const doubled = places.flatMap((place, index) => (places.indexOf(place) < index ? [index] : []));
  const strangers = tls.flatMap((entry, index) =>
    entry.hosts.filter((name) => !hosts.has(name)).map((name) => ({ key: `route.tls.${index}.hosts`, value: name })),
  );
  return [
    ...doubled.map((index) => ({
      key: `route.more.${index - 1}`,
      value: more[index - 1],
      allowed: "must be another host or path than those before it, a / at the end of a prefix left aside",
    })),
    ...strangers.map((stranger) => ({
      ...stranger,
      allowed: `must be one of the hosts: ${[...hosts].filter(Boolean).join(", ")}`,
    })),
  ];
}

/** An address for the controller that MetalLB, where the stack brings it, does not give. */
export function poolProblems({ metallb, ingressController: controller }: Values): Problem[] {
  const address = controller?.kind === "existing" ? undefined : controller?.address;
  if (!metallb || address === undefined || isInPools(address, metallb.addresses)) return [];
  const allowed = `must be of sluice:metallb.addresses, ${metallb.addresses.join(", ")}: MetalLB gives no other`;
  return [{ key: "ingressController.address", value: address, allowed }];
}
