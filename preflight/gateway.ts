import { gatewayControllerName } from "../components/traefik";
import type { Problem } from "../config/problems";
import { describeObject, keyOfManifest, referenceOf, type Manifest } from "../render/manifest";
import type { Findings, Situation } from "./check";
import { findUnsupported, traefikFeatures } from "./gateway-features";

const group = "gateway.networking.k8s.io";

/** The version of Gateway API whose kinds are asked for. */
const bundle = "v1.5.1";

const install = (channel: string) =>
  `kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/${bundle}/${channel}-install.yaml`;

interface Rule {
  readonly matches?: readonly { readonly path?: { readonly value?: string } }[];
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

/**
 * What would keep Gateway API's objects from doing what the plan says: kinds that the cluster doesn't have, a Gateway or
 * its class that is not there, listeners for other hosts, and features that the implementation does not have.
 */
export async function findGatewayProblems(situation: Situation): Promise<Findings> {
  const { manifests, live, isOwn } = situation;
  const routes = manifests.filter(isOf("HTTPRoute"));
  const [first] = routes;
  if (!first) return {};
  if (!(await live.has(first))) return { problems: [missingKinds] };
  const { apiVersion } = first;
  const own = manifests.find(isOf("Gateway"));
  const parent = (first["spec"] as RouteSpec).parentRefs?.[0];
  const namespace = parent?.namespace ?? first.metadata.namespace ?? "default";
  const name = parent?.name ?? "";
  const gateway = own ?? (await live.get({ apiVersion, kind: "Gateway", namespace, name }));
  if (!gateway)
    return {
      problems: [
        { key: "gateway", value: `${namespace}/${name}`, allowed: "must be the name of a Gateway that is there" },
      ],
    };
  const className = (gateway["spec"] as GatewaySpec).gatewayClassName ?? "";
  const ownClass = manifests.find((one) => isOf("GatewayClass")(one) && one.metadata.name === className);
  const liveClass = await live.get({ apiVersion, kind: "GatewayClass", name: className });
  if (!liveClass && !ownClass) return { problems: [missingClass(className)] };
  const controller = controllerOf(liveClass ?? ownClass);
  // Traefik takes what all Gateways of its class say at the same ports.
  const isTraefiks = controller === gatewayControllerName;
  const beside = (isTraefiks ? await live.list({ apiVersion, kind: "Gateway" }) : []).filter(
    ({ spec }) => (spec as GatewaySpec).gatewayClassName === className,
  );
  const others = (await live.list(first)).filter((other) => !isOwn(keyOfManifest(other)));
  return {
    problems: [
      ...routes.flatMap((route) => (own ? [] : unheardHosts(route, gateway))),
      ...takenPlaces(routes, [gateway, ...beside], others),
      ...findUnsupported(routes, className, liveClass ? featuresOf(liveClass) : traefikFeatures),
      ...(await withoutRetries(situation, routes, controller)),
    ],
  };
}

const missingKinds: Problem = {
  key: "router",
  value: "gateway",
  allowed: `needs the kinds of Gateway API, which this cluster does not have: ${install("standard")}`,
};

function missingClass(className: string): Problem {
  const allowed = "must be the name of a GatewayClass that is there, which an implementation of Gateway API brings";
  return { key: "ingressController.className", value: className, allowed };
}

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

/** Retries are in the experimental channel only, whose kinds have a field more; no feature tells who reads it. */
async function withoutRetries(
  { live }: Situation,
  routes: readonly Manifest[],
  controller: string | undefined,
): Promise<Problem[]> {
  if (!routes.some((route) => ((route["spec"] as RouteSpec).rules ?? []).some(({ retry }) => retry))) return [];
  const problem = (allowed: string) => [{ key: "retries", value: "HTTPRoute retry", allowed }];
  if (controller === gatewayControllerName)
    return problem("must be left out under Traefik, which does not read it: nothing would be sent anew");
  const definition = await live.get({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    name: `httproutes.${group}`,
  });
  if (JSON.stringify(definition?.["spec"] ?? {}).includes('"retry":')) return [];
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
