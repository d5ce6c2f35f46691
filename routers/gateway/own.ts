import type { Application } from "../../kubernetes/application";
import type { StackConfig } from "../../config/stack-config";
import type { CanaryPlan } from "../../traffic/plan";
import { routingRules } from "../../traffic/routing-rules";
import { pathsTo, type OwnPath } from "../../workloads/http-routes";
import { asRoute } from "../own-services";
import type { Need, RouteObject } from "../router";
import { asNeed, metadataOf, podsOf } from "../services";
import { digest } from "./digest";
import { headerMatch, mirrorFilter, untilAttached } from "./rules";

/**
 * Every method that an HTTPRoute can ask for (gateway.networking.k8s.io/v1 `HTTPMethod`).
 *
 * Of two routes for one path the one that asks for a method goes first, before any header is looked at, so that the canary's
 * route decides about a share of the requests while the application's own stays as it is. Requests of other methods (WebDAV)
 * get stable.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule `matches`
 */
const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/** The application's own HTTPRoutes, as they are. */
export function ownHttpRoutes(
  config: StackConfig,
  { httpRoutes }: Application,
  version: string,
  after: readonly RouteObject[],
): RouteObject[] {
  const needs: Need[] = [{ kind: "entrance" }, ...after.map(asNeed), podsOf(config, version)];
  return httpRoutes.map((route) => ({ ...asRoute(route, config), needs }));
}

/** The canary's HTTPRoutes beside the application's own: one for each path of the plan that routes to the workload. */
export function canaryHttpRoutes(
  config: StackConfig,
  { httpRoutes, services }: Application,
  plan: CanaryPlan,
  after: readonly RouteObject[],
): RouteObject[] {
  const needs: Need[] = [
    { kind: "entrance" },
    ...after.map(asNeed),
    ...(plan.canary ? [podsOf(config, plan.canary.version)] : []),
  ];
  return httpRoutes.flatMap((route) => {
    const places = pathsTo(route, services).flatMap((own) => {
      const hostnames = (route.spec.hostnames ?? []).filter((host) =>
        plan.routes.some((one) => one.host === host && one.path === own.path.path),
      );
      return hostnames.length === 0 ? [] : [{ own, hostnames }];
    });
    return places.map(({ own, hostnames }, index) => {
      const name = `${route.metadata.name}-canary${index === 0 ? "" : `-${digest(JSON.stringify(own.match))}`}`;
      const rules = canaryRules(plan, own);
      return {
        apiVersion: route.apiVersion,
        kind: route.kind,
        metadata: { ...metadataOf(config, name), annotations: untilAttached },
        spec: { parentRefs: route.spec.parentRefs, hostnames, rules },
        traffic: { spec: { rules } },
        needs,
      };
    });
  });
}

/** A plan's rules for a path, each with all that the application's own rule does besides. */
function canaryRules(plan: CanaryPlan, { match, rule: own, backend }: OwnPath): object[] {
  const nameOf = (version: string) => (version === plan.stable ? backend.name : `${backend.name}-canary`);
  const { matches: _, backendRefs: __, name: ___, filters = [], ...rest } = own;
  const { canary } = plan;
  const mirror = canary?.mirrorPercent && mirrorFilter(`${backend.name}-canary`, canary.mirrorPercent, backend.port);
  return routingRules(plan).map(({ header, backends }, index, all) => {
    const added = mirror && index === all.length - 1 ? [...filters, mirror] : filters;
    return {
      ...rest,
      matches: methods.map((method) => ({ ...match, method, ...(header && { headers: [headerMatch(header)] }) })),
      ...(added.length > 0 && { filters: added }),
      backendRefs: backends.map(({ version, weight }) => ({ ...backend, name: nameOf(version), weight })),
    };
  });
}
