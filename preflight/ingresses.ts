import type { Problem } from "../config/problems";
import { describeObject, keyOfManifest, referenceOf, type Manifest } from "../render/manifest";
import type { Findings, Situation } from "./check";

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
export async function findIngressClashes({ manifests, live, isOwn }: Situation): Promise<Findings> {
  const ingresses = manifests.filter(({ kind }) => kind === "Ingress");
  const [first] = ingresses;
  if (!first) return {};
  const wanted = new Set(ingresses.map((ingress) => keyOfManifest(ingress)));
  const others = (await live.list({ apiVersion: first.apiVersion, kind: "Ingress" })).filter(
    (other) =>
      !wanted.has(keyOfManifest(other)) && !isOwn(keyOfManifest(other)) && !isMadeInTheNameOf(manifests, other),
  );
  const taken = ingresses.flatMap((ingress) => takenRules(ingress, others));
  return { problems: [...taken, ...sharedServices(ingresses, others)] };
}

/** True for what somebody made in the name of one of the stack's own objects, as Flagger does for a Canary. */
function isMadeInTheNameOf(manifests: readonly Manifest[], { metadata }: Manifest): boolean {
  const owners = (metadata["ownerReferences"] ?? []) as readonly { readonly kind: string; readonly name: string }[];
  return owners.some(({ kind, name }) =>
    manifests.some(
      (own) => own.kind === kind && own.metadata.name === name && own.metadata.namespace === metadata.namespace,
    ),
  );
}

/** ingress-nginx takes the older of two rules for the same place and ignores the other without a word. */
function takenRules(ingress: Manifest, others: readonly Manifest[]): Problem[] {
  if (isCanary(ingress)) return [];
  const places = placesOf(ingress);
  return others
    .filter((other) => classOf(other) === classOf(ingress))
    .flatMap((other) => {
      const place = placesOf(other).find((candidate) => places.includes(candidate));
      const [host, path] = place?.split(" ") ?? [];
      const allowed = `must be a host and path that no other Ingress has: ${nameOf(other)} has ${path} already, and of two rules the controller ignores one in silence`;
      return place === undefined ? [] : [{ key: "host", value: host, allowed }];
    });
}

/** A canary's rules are kept by Service, not by host: whoever else leads to it gets them too, or switches them off. */
function sharedServices(ingresses: readonly Manifest[], others: readonly Manifest[]): Problem[] {
  if (!ingresses.some(isCanary)) return [];
  return others.flatMap((other) =>
    ingresses.flatMap((ingress) => {
      const shared = backendsOf(ingress).find((service) => backendsOf(other).includes(service));
      // An Ingress without a class may be read by any controller.
      const isAnothers = (classOf(other) ?? classOf(ingress)) !== classOf(ingress);
      if (shared === undefined || isAnothers || other.metadata.namespace !== ingress.metadata.namespace) return [];
      const allowed = `must be a name whose Services no other Ingress leads to: ${nameOf(other)} leads to ${shared} as well, and would get the canary's rules or switch them off`;
      return [{ key: "workload", value: (ingress.metadata["labels"] as { app?: string } | undefined)?.app, allowed }];
    }),
  );
}

function placesOf({ spec }: Manifest): string[] {
  const { rules = [] } = (spec ?? {}) as IngressSpec;
  return rules.flatMap(({ host = "", http }) => (http?.paths ?? []).map(({ path = "/" }) => `${host} ${path}`));
}

function backendsOf({ spec }: Manifest): string[] {
  const { rules = [] } = (spec ?? {}) as IngressSpec;
  return rules.flatMap(({ http }) => (http?.paths ?? []).flatMap(({ backend }) => backend?.service?.name ?? []));
}

function classOf({ spec }: Manifest): string | undefined {
  return (spec as IngressSpec | undefined)?.ingressClassName;
}

function isCanary({ metadata }: Manifest): boolean {
  const annotations = (metadata["annotations"] ?? {}) as Record<string, string>;
  return annotations["nginx.ingress.kubernetes.io/canary"] === "true";
}

function nameOf(manifest: Manifest): string {
  return describeObject(referenceOf(manifest));
}
