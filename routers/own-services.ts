import type { Application, HttpRoute, Ingress, LiveWorkload, Service } from "../kubernetes/application";
import { backendOf } from "../config/backend";
import type { StackConfig } from "../config/stack-config";
import type { ReplicaRatioPlan } from "../traffic/plan";
import { backendsOf, httpBackendsOf } from "../workloads/find";
import { versionLabel } from "../workloads/names";
import { narrowed, selectorFor, serviceBeside } from "../workloads/services";
import type { RouteObject } from "./router";
import { metadataOf, podsOf } from "./services";

/** The application's own Services, narrowed to the version that users get. */
export function ownServices(config: StackConfig, { services, live }: Application, version: string): RouteObject[] {
  if (live) return services.map((service) => liveService(config, live, service, version));
  return services.map((service) => ({
    ...asRoute(narrowed(service, version), config),
    traffic: { spec: { selector: selectorFor(service, version) } },
    needs: [{ ...podsOf(config, version), mayNeedIt: true }],
  }));
}

/** Of a Service that is there already the selector alone. */
function liveService(config: StackConfig, live: LiveWorkload, service: Service, version: string): RouteObject {
  const { apiVersion, kind, metadata } = service;
  const selector = selectorFor(service, version, live);
  const isMoved = version !== live.version;
  return {
    apiVersion,
    kind,
    metadata: {
      name: metadata.name,
      namespace: config.namespace,
      // The field is kubectl's until the first promotion takes it over.
      annotations: isMoved ? { [patchForce]: "true" } : {},
    },
    spec: { selector },
    traffic: { metadata: { annotations: { [patchForce]: isMoved ? "true" : null } }, spec: { selector } },
    needs: [podsOf(config, version)],
    isPart: true,
    timeout: addressTimeout,
  };
}

const patchForce = "pulumi.com/patchForce";

/**
 * The application's own Services over the pods of both versions. Only a canary that has no pods any more is kept out: those that
 * it still has need not be waited for.
 */
export function ratioServices(
  config: StackConfig,
  { services }: Application,
  { stable, canary }: ReplicaRatioPlan,
): RouteObject[] {
  return services.map((service) => ({
    ...asRoute(canary?.replicas === 0 ? narrowed(service, stable.version) : service, config),
    traffic: { spec: { selector: { [versionLabel]: canary?.replicas === 0 ? stable.version : null } } },
    needs: [{ ...podsOf(config, stable.version), mayNeedIt: true }],
  }));
}

/** What a version that is on trial has Services for, which is the end of their names. */
export type TrialRole = "canary" | "preview";

/** A Service for the version on trial, one beside each of the application's own that users reach. */
export function trialServices(
  config: StackConfig,
  application: Application,
  role: TrialRole,
  version: string,
): RouteObject[] {
  return reachedServices(application).map((service) => {
    const name = `${service.metadata.name}-${role}`;
    const own = serviceBeside(service, name, version, application.live);
    return {
      ...asRoute(own, config),
      metadata: metadataOf(config, name),
      traffic: { spec: { selector: selectorFor(service, version, application.live) } },
      needs: [podsOf(config, version)],
    };
  });
}

/** By what name a version is reached: the application's own Service is the serving version's. */
export function serviceNames(config: StackConfig, serving: string, role: TrialRole): (version: string) => string {
  const { service } = backendOf(config);
  return (version) => (version === serving ? service : `${service}-${role}`);
}

/** An object of the application's own as one of a router's: nothing of it changes. */
export function asRoute(
  { apiVersion, kind, metadata, spec }: Service | Ingress | HttpRoute,
  { namespace }: StackConfig,
) {
  return { apiVersion, kind, metadata: { ...metadata, namespace }, spec, timeout: addressTimeout };
}

/** A controller that is healthy publishes its address within seconds; Pulumi would wait ten minutes for one that is not. */
export const addressTimeout = "3m";

/** The Services that users reach: those that routes lead to, or the first. */
function reachedServices({ routes, httpRoutes, services }: Application): readonly Service[] {
  const names = [...routes.flatMap(backendsOf), ...httpRoutes.flatMap(httpBackendsOf)];
  const routed = services.filter(({ metadata }) => names.includes(metadata.name));
  return routed.length > 0 ? routed : services.slice(0, 1);
}
