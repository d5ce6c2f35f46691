import type { Route } from "../../traffic/plan";
import { isInPools } from "../addresses";
import type { Problem } from "../problems";
import { routesOf } from "../routing";
import type { Values } from "../schema";
import { wrongOnes, type Row } from "../wrong";

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
  const routes = routesOf(values);
  const hosts = new Set([...routes.map(({ host }) => host), values.route.previewHost]);
  const places = routes.map(placeOf);
  return wrongOnes(values, [
    ...places.map((place, index): Row => [
      `route.more.${index - 1}`,
      places.indexOf(place) < index,
      "must be another host or path than those before it, a / at the end of a prefix left aside",
    ]),
    ...values.route.tls.flatMap((entry, index) =>
      entry.hosts.map((host): Row => [
        `route.tls.${index}.hosts`,
        !hosts.has(host),
        `must be one of the hosts: ${[...hosts].filter(Boolean).join(", ")}`,
        host,
      ]),
    ),
  ]);
}

/** An address for the controller that MetalLB, where the stack brings it, does not give. */
export function poolProblems(values: Values): Problem[] {
  const { metallb, ingressController: controller } = values;
  const address = controller?.kind === "existing" ? undefined : controller?.address;
  if (!metallb || address === undefined) return [];
  const allowed = `must be of sluice:metallb.addresses, ${metallb.addresses.join(", ")}: MetalLB gives no other`;
  return wrongOnes(values, [["ingressController.address", !isInPools(address, metallb.addresses), allowed]]);
}
