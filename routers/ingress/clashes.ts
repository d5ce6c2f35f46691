import type { Problem } from "../../config/problems";
import { titleOf } from "../cluster-objects";
import type { Clashes, ClusterObject } from "../router";

interface IngressSpec {
  readonly ingressClassName?: string;
  readonly rules?: readonly {
    readonly host?: string;
    readonly http?: { readonly paths?: readonly IngressPath[] };
  }[];
}

interface IngressPath {
  readonly path?: string;
  readonly backend?: { readonly service?: { readonly name?: string } };
}

/** Ingresses of others that have a host and path of the stack's, or lead to Services of its canary. */
export const clashes: Clashes = {
  concerns: ({ kind }) => kind === "Ingress",
  find: (own, others) => [...own.flatMap((ingress) => takenRules(ingress, others)), ...sharedServices(own, others)],
};

/** ingress-nginx takes the older of two rules for the same place and ignores the other without a word. */
function takenRules(ingress: ClusterObject, others: readonly ClusterObject[]): Problem[] {
  if (isCanary(ingress)) return [];
  const places = placesOf(ingress);
  return others
    .filter((other) => classOf(other) === classOf(ingress))
    .flatMap((other) => {
      const place = placesOf(other).find((candidate) => places.includes(candidate));
      const [host, path] = place?.split(" ") ?? [];
      const allowed = `must be a host and path that no other Ingress has: ${titleOf(other)} has ${path} already, and of two rules the controller ignores one in silence`;
      return place === undefined ? [] : [{ key: "host", value: host, allowed }];
    });
}

/** A canary's rules are kept by Service, not by host: whoever else leads to it gets them too, or switches them off. */
function sharedServices(ingresses: readonly ClusterObject[], others: readonly ClusterObject[]): Problem[] {
  if (!ingresses.some(isCanary)) return [];
  return others.flatMap((other) =>
    ingresses.flatMap((ingress) => {
      const shared = backendsOf(ingress).find((service) => backendsOf(other).includes(service));
      // An Ingress without a class may be read by any controller.
      const isAnothers = (classOf(other) ?? classOf(ingress)) !== classOf(ingress);
      if (shared === undefined || isAnothers || other.metadata.namespace !== ingress.metadata.namespace) return [];
      const allowed = `must be a name whose Services no other Ingress leads to: ${titleOf(other)} leads to ${shared} as well, and would get the canary's rules or switch them off`;
      return [{ key: "workload", value: (ingress.metadata["labels"] as { app?: string } | undefined)?.app, allowed }];
    }),
  );
}

function placesOf({ spec }: ClusterObject): string[] {
  const { rules = [] } = (spec ?? {}) as IngressSpec;
  return rules.flatMap(({ host = "", http }) => (http?.paths ?? []).map(({ path = "/" }) => `${host} ${path}`));
}

function backendsOf({ spec }: ClusterObject): string[] {
  const { rules = [] } = (spec ?? {}) as IngressSpec;
  return rules.flatMap(({ http }) => (http?.paths ?? []).flatMap(({ backend }) => backend?.service?.name ?? []));
}

function classOf({ spec }: ClusterObject): string | undefined {
  return (spec as IngressSpec | undefined)?.ingressClassName;
}

function isCanary({ metadata }: ClusterObject): boolean {
  const annotations = (metadata["annotations"] ?? {}) as Record<string, string>;
  return annotations["nginx.ingress.kubernetes.io/canary"] === "true";
}
