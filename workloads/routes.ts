import type { Application, Ingress, IngressPath, Service } from "../kubernetes/application";
import type { ClusterObject } from "../kubernetes/cluster-object";
import { sourceKey } from "../config/from";
import type { Problem } from "../config/problems";
import { annotationPrefix, path as pathSchema } from "../config/routes";
import type { GivenValues } from "../config/schema";
import type { Route } from "../traffic/plan";
import { isService, labelsOf } from "./find";
import { gatewayOf, httpRouteFaults, pathsTo } from "./http-routes";
import { nameOf, namesOf } from "./names";

type RouteValues = Pick<GivenValues, "host" | "path" | "route" | "affinity" | "gateway">;

/** Addresses that the stack's values lack. */
export type RouteDefaults = { readonly values: Partial<RouteValues> } | { readonly problems: readonly Problem[] };

/** An address that routes to the workload. */
export interface OwnRoute {
  readonly host?: string;
  readonly path: IngressPath;
}

/** The addresses of an Ingress that lead to one of these Services; a fan-out's others are left out. */
export function routesTo({ spec }: Ingress, services: readonly Service[]): OwnRoute[] {
  const names = services.map(({ metadata }) => metadata.name);
  return (spec.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? [])
      .filter(({ backend }) => names.includes(backend.service?.name ?? ""))
      .map((path) => ({ ...(host !== undefined && { host }), path })),
  );
}

/**
 * The addresses at which a plan holds, from the application's own routes: those that the stack names by `host` and `path`, or
 * all that lead to the workload.
 */
export function routeDefaults(
  raw: Readonly<Record<string, unknown>>,
  given: GivenValues,
  application: Application,
): RouteDefaults {
  const { routes, httpRoutes, services } = application;
  const own = [...routes, ...httpRoutes];
  if (own.length === 0)
    return services.length > 0 || given.strategy === "replicaRatio"
      ? { values: {} }
      : { problems: [serviceless(given, application)] };
  const all = addressesOf(application);
  const key = sourceKey(given.from);
  const problems = [
    ...httpRoutes.flatMap((route) =>
      httpRouteFaults(route, application, given.strategy === "canary").map((allowed) => ({
        key,
        value: nameOf(route),
        allowed,
      })),
    ),
    ...all.flatMap((address) => oddAddress(address, own, key)),
  ];
  if (problems.length > 0) return { problems };
  const chosen = all.filter(
    ({ host, path }) =>
      (raw["host"] === undefined || host === given.host) && (raw["path"] === undefined || path === given.path),
  );
  const [first, ...more] = chosen.map(({ host = "", path, pathType }) => ({ host, path, pathType }));
  if (!first) {
    const places = all.map(({ host, path }) => `${host}${path}`).join(", ");
    const named = raw["host"] === undefined ? "path" : "host";
    const allowed = `must be an address that routes to the workload: ${namesOf(own)} has ${places || "none"}`;
    return { problems: [{ key: named, value: given[named], allowed }] };
  }
  const { host, path, pathType } = first;
  const certificates = routes.flatMap(({ spec }) =>
    (spec.tls ?? []).map(({ secretName = "", hosts }) => ({ secretName, hosts: [...(hosts ?? [host])] })),
  );
  const { gateway, tls = certificates } = gatewayValues(application) ?? {};
  const route = { ...given.route, pathType, more, tls };
  const sticky = affinityOf(routes);
  const affinity = sticky && { ...given.affinity, ...sticky };
  return { values: { host, path, route, affinity, ...(gateway && { gateway }) } };
}

/** What the HTTPRoutes say of their Gateway. Its listeners have the certificates, so that no Secret is named. */
function gatewayValues({ httpRoutes, others }: Application) {
  const [first] = httpRoutes;
  if (!first) return undefined;
  const { name, namespace } = gatewayOf(first, others);
  const secured = httpRoutes.filter((route) => gatewayOf(route, others).isSecured);
  const hosts = [...new Set(secured.flatMap(({ spec }) => spec.hostnames ?? []))];
  return {
    gateway: { name, ...(namespace !== undefined && { namespace }) },
    tls: hosts.length > 0 ? [{ secretName: "", hosts }] : [],
  };
}

/** An address that routes to the workload; without a host it is any. */
interface Address extends Pick<Route, "path" | "pathType"> {
  readonly host?: string;
}

function addressesOf({ routes, httpRoutes, services }: Application): Address[] {
  const ofIngresses = routes.flatMap((ingress) =>
    routesTo(ingress, services).map(({ host, path: { path = "/", pathType } }) => ({ host, path, pathType })),
  );
  const ofHttpRoutes = httpRoutes.flatMap((route) =>
    (route.spec.hostnames ?? [undefined]).flatMap((host) =>
      pathsTo(route, services).map(({ path }) => ({ host, ...path })),
    ),
  );
  return [...ofIngresses, ...ofHttpRoutes];
}

/** What the application's Ingress says of affinity. */
export function affinityOf([ingress]: readonly Ingress[]): GivenValues["affinity"] {
  const annotations = annotationsOf(ingress);
  if (annotations[`${annotationPrefix}affinity`] !== "cookie") return undefined;
  const cookie = annotations[`${annotationPrefix}session-cookie-name`];
  return { mode: "cookie", ...(cookie !== undefined && { cookie }) };
}

/** The annotations of an object. */
export function annotationsOf(ingress: Ingress | undefined): Readonly<Record<string, string>> {
  return (ingress?.metadata["annotations"] ?? {}) as Readonly<Record<string, string>>;
}

/** No Service selects the workload: names Services whose selector has one label too many. */
function serviceless({ from }: GivenValues, { workload, others }: Application): Problem {
  const labels = labelsOf(workload);
  const near = others.filter(isService).flatMap((service) => {
    const wanted = Object.entries(service.spec.selector ?? {});
    const lacking = wanted.filter(([label, value]) => labels[label] !== value);
    if (lacking.length === 0 || lacking.length === wanted.length) return [];
    return [`${nameOf(service)} requires ${lacking.map((one) => one.join(": ")).join(", ")}, which they lack`];
  });
  const hint = near.length > 0 ? `; ${near.join("; ")}` : "";
  return {
    key: sourceKey(from),
    value: nameOf(workload),
    allowed: `must have a Service that selects the workload's pods, so that users reach them${hint}; for a worker without callers set strategy replicaRatio`,
  };
}

function oddAddress({ host, path }: Address, routes: readonly ClusterObject[], key: string): Problem[] {
  const value = `${host ?? "*"}${path}`;
  if (host === undefined)
    return [
      {
        key,
        value,
        allowed: `must have a host in each rule of ${namesOf(routes)} that routes to the workload: a plan can't do without hosts yet`,
      },
    ];
  if (pathSchema.safeParse(path).success) return [];
  const allowed = `must have plain paths in ${namesOf(routes)}: Sluice can't tell yet who is served by a regular expression`;
  return [{ key, value, allowed }];
}
