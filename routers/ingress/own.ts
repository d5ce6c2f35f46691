import type { Application, Ingress, Service } from "../../kubernetes/application";
import type { StackConfig } from "../../config/stack-config";
import type { CanaryPlan, CanaryTrial } from "../../traffic/plan";
import { annotationsOf, routesTo } from "../../workloads/routes";
import { addressTimeout, asRoute } from "../own-services";
import type { Need, RouteObject } from "../router";
import { asNeed, metadataOf, podsOf } from "../services";
import { backendAnnotations, canaryAnnotations, withoutOthers } from "./annotations";

/** The application's own Ingresses, as they are. */
export function ownIngresses(
  config: StackConfig,
  { routes, live }: Application,
  version: string,
  after: readonly RouteObject[],
): RouteObject[] {
  if (live) return [];
  const needs: Need[] = [{ kind: "entrance" }, ...after.map(asNeed), podsOf(config, version)];
  return routes.map((ingress) => ({ ...asRoute(ingress, config), needs }));
}

/** The canary's Ingresses, one beside each of the application's own, for the addresses of the plan. */
export function canaryIngresses(
  config: StackConfig,
  { routes, services }: Application,
  plan: CanaryPlan,
  canary: CanaryTrial,
  after: readonly RouteObject[],
): RouteObject[] {
  const annotations = canaryAnnotations(plan, canary);
  const needs: Need[] = [{ kind: "entrance" }, ...after.map(asNeed), podsOf(config, canary.version)];
  return routes.flatMap((ingress) => {
    const rules = canaryRules(ingress, services, plan);
    if (rules.length === 0) return [];
    const { ingressClassName, tls } = ingress.spec;
    const legacyClass = annotationsOf(ingress)[classAnnotation];
    const name = `${ingress.metadata.name}-canary`;
    return [
      {
        apiVersion: ingress.apiVersion,
        kind: ingress.kind,
        metadata: {
          ...metadataOf(config, name),
          annotations: {
            ...backendAnnotations(annotationsOf(ingress)),
            ...annotations,
            ...(legacyClass !== undefined && { [classAnnotation]: legacyClass }),
          },
        },
        spec: { ...(ingressClassName !== undefined && { ingressClassName }), rules, ...(tls && { tls }) },
        traffic: { metadata: { annotations: withoutOthers(annotations) } },
        needs,
        timeout: addressTimeout,
      },
    ];
  });
}

const classAnnotation = "kubernetes.io/ingress.class";

function canaryRules(ingress: Ingress, services: readonly Service[], { routes }: CanaryPlan) {
  const own = routesTo(ingress, services).filter(({ host, path }) =>
    routes.some((route) => route.host === host && route.path === (path.path ?? "/")),
  );
  return [...new Set(own.map(({ host }) => host))].map((host) => ({
    host,
    http: {
      paths: own
        .filter((route) => route.host === host)
        .map(({ path: { backend, ...path } }) => ({ ...path, backend: { service: ofCanary(backend.service) } })),
    },
  }));
}

function ofCanary(service: { readonly name: string } | undefined) {
  return { ...service, name: `${service?.name}-canary` };
}
