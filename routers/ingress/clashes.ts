import type { Problem } from "../../config/problems";
import { annotationPrefix } from "../../config/routes";
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
  find: (own, others) => [...takenRules(own, others), ...sharedServices(own, others)],
};

/** ingress-nginx takes the older of two rules for the same place and silently ignores the other. */
function takenRules(own: readonly ClusterObject[], others: readonly ClusterObject[]): Problem[] {
  const rivals = meetings(
    own.filter((ingress) => !isCanary(ingress)),
    others,
    placesOf,
  );
  return rivals.flatMap(({ mine, other, shared }) => {
    if (classOf(other) !== classOf(mine)) return [];
    const [host, path] = shared.split(" ");
    const allowed = `must be a host and path that no other Ingress has: ${titleOf(other)} has ${path} already, and the controller silently ignores one of two such rules`;
    return [{ key: "host", value: host, allowed }];
  });
}

/** A canary's rules are kept by Service, not by host: any other route to it gets them too, or switches them off. */
function sharedServices(own: readonly ClusterObject[], others: readonly ClusterObject[]): Problem[] {
  if (!own.some(isCanary)) return [];
  return meetings(own, others, backendsOf).flatMap(({ mine, other, shared }) => {
    // An Ingress without a class may be read by any controller.
    const isAnothers = (classOf(other) ?? classOf(mine)) !== classOf(mine);
    if (isAnothers || other.metadata.namespace !== mine.metadata.namespace) return [];
    const allowed = `must be a name whose Services no other Ingress routes to: ${titleOf(other)} routes to ${shared} as well, and would get the canary's rules or switch them off`;
    return [{ key: "workload", value: (mine.metadata["labels"] as { app?: string } | undefined)?.app, allowed }];
  });
}

/** Where one of the stack's Ingresses and one of others have something in common. */
interface Meeting {
  readonly mine: ClusterObject;
  readonly other: ClusterObject;
  readonly shared: string;
}

/**
 * The Ingresses of others that have something of the stack's own, each pair once. Every Ingress is read once: a stack may have
 * hundreds of hosts, and a cluster tens of thousands of Ingresses.
 */
function meetings(
  own: readonly ClusterObject[],
  others: readonly ClusterObject[],
  namesOf: (ingress: ClusterObject) => readonly string[],
): Meeting[] {
  const owners = new Map<string, Set<ClusterObject>>();
  for (const mine of own) for (const name of namesOf(mine)) owners.set(name, (owners.get(name) ?? new Set()).add(mine));
  return others.flatMap((other) => {
    const met = new Map<ClusterObject, string>();
    for (const shared of namesOf(other))
      for (const mine of owners.get(shared) ?? []) if (!met.has(mine)) met.set(mine, shared);
    return [...met].map(([mine, shared]) => ({ mine, other, shared }));
  });
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
  return annotations[`${annotationPrefix}canary`] === "true";
}
