import { gatewayControllerName } from "../components/traefik";
import type { Problem } from "../config/problems";
import type { Kubectl } from "./client";
import { describeObject, keyOfManifest, referenceOf, type Manifest } from "../render/manifest";

const group = "gateway.networking.k8s.io";

/** The version of Gateway API whose kinds are asked for. */
const bundle = "v1.5.1";

const install = (channel: string) =>
  `kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/${bundle}/${channel}-install.yaml`;

interface Rule {
  readonly matches?: readonly { readonly path?: { readonly value?: string } }[];
  readonly filters?: readonly { readonly type: string; readonly requestMirror?: { readonly percent?: number } }[];
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
  readonly retry?: object;
}

interface RouteSpec {
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

interface GatewaySpec {
  readonly gatewayClassName?: string;
  readonly listeners?: readonly Listener[];
}

/** What a plan needs of an implementation beyond the core, and the key that asks for it. */
interface Need {
  readonly feature: string;
  readonly key: string;
}

/**
 * What would keep Gateway API's objects from doing what the plan says: kinds that the cluster doesn't have, a Gateway or
 * its class that is not there, listeners for other hosts, and features that the implementation does not have.
 *
 * @param manifests the stack's objects.
 * @param isOwn tells objects that the stack itself made.
 */
export async function findGatewayProblems(
  kubectl: Kubectl,
  manifests: readonly Manifest[],
  isOwn: (key: string) => boolean,
): Promise<Problem[]> {
  const routes = manifests.filter(isOf("HTTPRoute"));
  if (routes.length === 0) return [];
  const definition = await kubectl.get("customresourcedefinition", "", `httproutes.${group}`);
  if (!definition) return [missingKinds];
  const own = manifests.find(isOf("Gateway"));
  const parent = (routes[0]?.["spec"] as RouteSpec | undefined)?.parentRefs?.[0];
  const namespace = parent?.namespace ?? routes[0]?.metadata.namespace ?? "default";
  const gateway = own ?? (await kubectl.get(`gateways.${group}`, namespace, parent?.name ?? ""));
  if (!gateway)
    return [
      { key: "gateway", value: `${namespace}/${parent?.name}`, allowed: "must be the name of a Gateway that is there" },
    ];
  const className = (gateway["spec"] as GatewaySpec).gatewayClassName ?? "";
  const ownClass = manifests.find((one) => isOf("GatewayClass")(one) && one.metadata.name === className);
  const live = await kubectl.get(`gatewayclasses.${group}`, "", className);
  if (!live && !ownClass)
    return [
      {
        key: "ingressController.className",
        value: className,
        allowed: "must be the name of a GatewayClass that is there, which an implementation of Gateway API brings",
      },
    ];
  const controller = controllerOf(live ?? ownClass);
  const others = await kubectl.listAll(`gateways.${group},httproutes.${group}`);
  // Traefik takes what all Gateways of its class say at the same ports.
  const isBeside = (other: Manifest) =>
    controller === gatewayControllerName &&
    isOf("Gateway")(other) &&
    (other["spec"] as GatewaySpec).gatewayClassName === className;
  return [
    ...routes.flatMap((route) => (own ? [] : unheardHosts(route, gateway))),
    ...takenPlaces(
      routes,
      [gateway, ...others.filter(isBeside)],
      others.filter((other) => isOf("HTTPRoute")(other) && !isOwn(keyOfManifest(other))),
    ),
    ...unsupported(routes, className, live ? featuresOf(live) : traefikFeatures),
    ...withoutRetries(routes, definition, controller),
  ];
}

const missingKinds: Problem = {
  key: "router",
  value: "gateway",
  allowed: `needs the kinds of Gateway API, which this cluster does not have: ${install("standard")}`,
};

function isOf(kind: string): (manifest: Manifest) => boolean {
  return (manifest) => manifest.kind === kind && manifest.apiVersion.startsWith(`${group}/`);
}

/** A route of which no listener takes a host is accepted for the others, or for none, in silence. */
function unheardHosts(route: Manifest, gateway: Manifest): Problem[] {
  const { hostnames = [], parentRefs = [] } = route["spec"] as RouteSpec;
  const { listeners = [] } = gateway["spec"] as GatewaySpec;
  const port = parentRefs[0]?.port;
  const isSame = gateway.metadata.namespace === route.metadata.namespace;
  const open = listeners.filter(
    ({ allowedRoutes, port: own }) =>
      (port === undefined || own === port) && (isSame || (allowedRoutes?.namespaces?.from ?? "Same") !== "Same"),
  );
  const name = describeObject(referenceOf(gateway));
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
function takenPlaces(
  routes: readonly Manifest[],
  gateways: readonly Manifest[],
  others: readonly Manifest[],
): Problem[] {
  const own = new Set(routes.map((route) => keyOfManifest(route)));
  const waysIn = new Set(gateways.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const places = new Set(routes.flatMap(placesOf));
  return others
    .filter((other) => !own.has(keyOfManifest(other)))
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
      const allowed = `must be a host and path that no other route has at this way in: ${describeObject(referenceOf(other))} has ${path} already`;
      return host === undefined ? [] : [{ key: "host", value: host, allowed }];
    });
}

function placesOf(route: Manifest): string[] {
  const { hostnames = [], rules = [] } = route["spec"] as RouteSpec;
  const paths = rules.flatMap(({ matches = [{}] }) => matches.map(({ path }) => path?.value ?? "/"));
  return hostnames.flatMap((host) => paths.map((path) => `${host} ${path}`));
}

function unsupported(routes: readonly Manifest[], className: string, features: readonly string[]): Problem[] {
  const needs = routes.flatMap((route) => ((route["spec"] as RouteSpec).rules ?? []).flatMap(needsOf));
  const missing = needs.filter(({ feature }) => !features.includes(feature));
  const first = missing.filter(({ feature }, index) => missing.findIndex((one) => one.feature === feature) === index);
  return first.map(({ feature, key }) => ({
    key,
    value: feature,
    allowed: `must be left out: the GatewayClass ${className} does not support ${feature} (status.supportedFeatures)`,
  }));
}

function needsOf({ filters = [], timeouts }: Rule): Need[] {
  const mirror = filters.find(({ type }) => type === "RequestMirror");
  return [
    ...(mirror ? [{ feature: "HTTPRouteRequestMirror", key: "mirrorPercent" }] : []),
    ...(mirror?.requestMirror?.percent === undefined
      ? []
      : [{ feature: "HTTPRouteRequestPercentageMirror", key: "mirrorPercent" }]),
    ...(timeouts?.request === undefined ? [] : [{ feature: "HTTPRouteRequestTimeout", key: "timeouts.request" }]),
    ...(timeouts?.backendRequest === undefined
      ? []
      : [{ feature: "HTTPRouteBackendTimeout", key: "timeouts.backend" }]),
    ...(filters.some(({ type }) => type === "RequestRedirect")
      ? ["HTTPRouteSchemeRedirect", "HTTPRoute308RedirectStatusCode"].map((feature) => ({ feature, key: "tls" }))
      : []),
  ];
}

/** Retries are in the experimental channel only, whose kinds have a field more; no feature tells who reads it. */
function withoutRetries(routes: readonly Manifest[], definition: Manifest, controller: string | undefined): Problem[] {
  if (!routes.some((route) => ((route["spec"] as RouteSpec).rules ?? []).some(({ retry }) => retry))) return [];
  const problem = (allowed: string) => [{ key: "retries", value: "HTTPRoute retry", allowed }];
  if (controller === gatewayControllerName)
    return problem("must be left out under Traefik, which does not read it: nothing would be sent anew");
  if (JSON.stringify(definition["spec"]).includes('"retry":')) return [];
  return problem(
    `must be left out, or the cluster must have the experimental channel of Gateway API: ${install("experimental")}`,
  );
}

function controllerOf(gatewayClass: Manifest | undefined): string | undefined {
  return (gatewayClass?.["spec"] as { readonly controllerName?: string } | undefined)?.controllerName;
}

function featuresOf(gatewayClass: Manifest): string[] {
  const { supportedFeatures = [] } = (gatewayClass["status"] ?? {}) as {
    supportedFeatures?: readonly ({ readonly name: string } | string)[];
  };
  return supportedFeatures.map((feature) => (typeof feature === "string" ? feature : feature.name));
}

/**
 * What Traefik 3.7.6 says of itself, of all that a plan may need: for the first preview of a stack that brings it, while
 * there is no class to ask.
 *
 * @see pkg/provider/kubernetes/gateway/features.go of v3.7.6
 */
export const traefikFeatures = ["HTTPRouteSchemeRedirect", "HTTPRoute308RedirectStatusCode"];
