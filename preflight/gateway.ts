import { gatewayControllerName } from "../components/traefik";
import type { Problem } from "../config/problems";
import { keyOfManifest, type Manifest } from "../render/manifest";
import { takenPlaces, unheardHosts, type GatewaySpec, type RouteSpec } from "../routers/gateway/clashes";
import { findUnsupported, traefikFeatures } from "../routers/gateway/features";
import type { Findings, Situation } from "./check";

const group = "gateway.networking.k8s.io";

/** The version of Gateway API whose kinds are asked for. */
const bundle = "v1.5.1";

const install = (channel: string) =>
  `kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/${bundle}/${channel}-install.yaml`;

/**
 * What would prevent Gateway API's objects from following the plan: kinds that the cluster doesn't have, a Gateway or
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
      problems: [{ key: "gateway", value: `${namespace}/${name}`, allowed: "must be the name of an existing Gateway" }],
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
  const made = new Set(routes.map((route) => keyOfManifest(route)));
  const others = (await live.list(first)).filter(
    (other) => !made.has(keyOfManifest(other)) && !isOwn(keyOfManifest(other)),
  );
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
  const allowed = "must be the name of an existing GatewayClass, which an implementation of Gateway API installs";
  return { key: "ingressController.className", value: className, allowed };
}

function isOf(kind: string): (manifest: Manifest) => boolean {
  return (manifest) => manifest.kind === kind && manifest.apiVersion.startsWith(`${group}/`);
}

/** Retries are in the experimental channel only, whose kinds have a field more; no feature tells who reads it. */
async function withoutRetries(
  { live }: Situation,
  routes: readonly Manifest[],
  controller: string | undefined,
): Promise<Problem[]> {
  if (!routes.some((route) => ((route["spec"] as RouteSpec).rules ?? []).some(({ retry }) => retry))) return [];
  const problem = (allowed: string) => [{ key: "route.retries", value: "HTTPRoute retry", allowed }];
  if (controller === gatewayControllerName)
    return problem("must be left out under Traefik, which does not read it: no request would be sent again");
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
