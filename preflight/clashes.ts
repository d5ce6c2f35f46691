import type { Problem } from "../config/problems";
import type { Kubectl } from "./client";
import { findGatewayProblems } from "./gateway-checks";
import { findIstioProblems } from "./istio-checks";
import { describeObject, keyOfManifest, referenceOf, type Manifest } from "../render/manifest";

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

/** What an Ingress, or a Gateway of the stack's own, says of its certificates. */
interface Secured {
  readonly tls?: readonly { readonly secretName: string }[];
  readonly listeners?: readonly {
    readonly tls?: { readonly certificateRefs?: readonly { readonly name: string }[] };
  }[];
}

interface ServiceSpec {
  readonly ports?: readonly { readonly nodePort?: number }[];
}

/**
 * What stands in a cluster already and would make a plan mean something else: a node port that is taken, a rule of the
 * same host and path, a Service that another Ingress leads to as well; and what is not there that the plan needs.
 *
 * @param manifests the stack's objects.
 * @param isOwn tells objects that the stack itself made, and that it may change or remove.
 */
export async function findClashes(
  kubectl: Kubectl,
  manifests: readonly Manifest[],
  isOwn: (key: string) => boolean,
): Promise<Problem[]> {
  const [services, ingresses] = ["Service", "Ingress"].map((kind) => manifests.filter((one) => one.kind === kind));
  const wanted = new Set(manifests.map((manifest) => keyOfManifest(manifest)));
  const hasPorts = (services ?? []).some((service) => portsOf(service).length > 0);
  const kinds = [...(hasPorts ? ["services"] : []), ...(ingresses?.length ? ["ingresses"] : [])];
  const ofRouters = await Promise.all([
    findGatewayProblems(kubectl, manifests, isOwn),
    findIstioProblems(kubectl, manifests, isOwn),
  ]);
  if (kinds.length === 0) return ofRouters.flat();
  const live = (await kubectl.listAll(kinds.join(","))).filter((one) => !wanted.has(keyOfManifest(one)));
  const others = live.filter((one) => !isOwn(keyOfManifest(one)) && !isMadeBy(one, manifests));
  return firstOfEach([
    ...ofRouters.flat(),
    // The stack's own old Service holds its port until the update's end, so it is in the way as well.
    ...(services ?? []).flatMap((service) => takenPorts(service, live)),
    ...(ingresses ?? []).flatMap((ingress) => takenRules(ingress, others)),
    ...sharedServices(ingresses ?? [], others),
  ]);
}

/** True for what somebody made in the name of one of the stack's own objects, as Flagger does for a Canary. */
function isMadeBy({ metadata }: Manifest, manifests: readonly Manifest[]): boolean {
  const owners = (metadata["ownerReferences"] ?? []) as readonly { readonly kind: string; readonly name: string }[];
  return owners.some(({ kind, name }) =>
    manifests.some(
      (own) => own.kind === kind && own.metadata.name === name && own.metadata.namespace === metadata.namespace,
    ),
  );
}

/** One clash by key and value is enough to know what to change. */
function firstOfEach(problems: readonly Problem[]): Problem[] {
  const keys = problems.map(({ key, value }) => `${key} ${String(value)}`);
  return problems.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}

function takenPorts(service: Manifest, others: readonly Manifest[]): Problem[] {
  const key = service.metadata.name.endsWith("-preview") ? "previewNodePort" : "nodePort";
  return portsOf(service).flatMap((value) => {
    const owner = others.find((other) => other.kind === "Service" && portsOf(other).includes(value));
    const allowed = `must be a free port from 30000 to 32767: ${owner && nameOf(owner)} has it`;
    return owner ? [{ key, value, allowed }] : [];
  });
}

/** ingress-nginx takes the older of two rules for the same place and ignores the other without a word. */
function takenRules(ingress: Manifest, others: readonly Manifest[]): Problem[] {
  if (isCanary(ingress)) return [];
  const places = placesOf(ingress);
  return others
    .filter((other) => other.kind === "Ingress" && classOf(other) === classOf(ingress))
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
  return others
    .filter((other) => other.kind === "Ingress")
    .flatMap((other) =>
      ingresses.flatMap((ingress) => {
        const shared = backendsOf(ingress).find((service) => backendsOf(other).includes(service));
        // Whoever has no class may be read by any controller.
        const isAnothers = (classOf(other) ?? classOf(ingress)) !== classOf(ingress);
        if (shared === undefined || isAnothers || other.metadata.namespace !== ingress.metadata.namespace) return [];
        const allowed = `must be a name whose Services no other Ingress leads to: ${nameOf(other)} leads to ${shared} as well, and would get the canary's rules or switch them off`;
        return [{ key: "workload", value: (ingress.metadata["labels"] as { app?: string } | undefined)?.app, allowed }];
      }),
    );
}

function portsOf({ spec }: Manifest): number[] {
  return ((spec as ServiceSpec | undefined)?.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []);
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

/** The Secrets of certificates that are not there: until they are, a controller serves a certificate of its own. */
export async function findMissingSecrets(kubectl: Kubectl, manifests: readonly Manifest[]): Promise<string[]> {
  const named = manifests.flatMap((manifest) => {
    const { tls = [], listeners = [] } = (manifest["spec"] ?? {}) as Secured;
    const ofListeners = listeners.flatMap((listener) => listener.tls?.certificateRefs ?? []);
    const namespace = manifest.metadata.namespace ?? "default";
    return [...tls.map(({ secretName }) => secretName), ...ofListeners.map(({ name }) => name)].map(
      (name) => `${namespace}/${name}`,
    );
  });
  const found = await Promise.all(
    [...new Set(named)].map(async (place) => {
      const [namespace = "", name = ""] = place.split("/");
      return (await kubectl.get("secret", namespace, name)) ? [] : [place];
    }),
  );
  return found
    .flat()
    .map((place) => `Secret ${place} is not there: until it is, the controller serves a certificate of its own`);
}
