import { isDeepStrictEqual } from "node:util";
import type {
  Application,
  HttpRoute,
  HttpRouteBackend,
  HttpRouteMatch,
  HttpRouteRule,
  Service,
} from "../kubernetes/application";
import type { ClusterObject } from "../kubernetes/cluster-object";
import type { Route } from "../traffic/plan";
import { nameOf } from "./names";

/** A path of an HTTPRoute that routes to the workload, and the rule that it is of. */
export interface OwnPath {
  readonly path: Pick<Route, "path" | "pathType">;
  readonly match: HttpRouteMatch;
  readonly rule: HttpRouteRule;
  /** The Service that it leads to. */
  readonly backend: HttpRouteBackend;
}

/** The paths of an HTTPRoute that lead to one of these Services; a fan-out's others are left out. */
export function pathsTo({ spec }: HttpRoute, services: readonly Service[]): OwnPath[] {
  return (spec.rules ?? []).flatMap((rule) => {
    const backend = (rule.backendRefs ?? []).find((one) => isOf(services, one));
    if (!backend) return [];
    return (rule.matches ?? [{}]).map((match) => ({ path: pathOf(match), match, rule, backend }));
  });
}

function pathOf({ path: { type, value = "/" } = {} }: HttpRouteMatch): OwnPath["path"] {
  return { path: value, pathType: type === "Exact" ? "Exact" : "Prefix" };
}

function isOf(services: readonly Service[], { name, kind = "Service" }: HttpRouteBackend): boolean {
  return kind === "Service" && services.some(({ metadata }) => metadata.name === name);
}

/** Why a plan can't be told of an HTTPRoute, or a canary not be had beside it: the end of a sentence each. */
export function httpRouteFaults(
  route: HttpRoute,
  { services, httpRoutes }: Pick<Application, "services" | "httpRoutes">,
  hasCanary: boolean,
): string[] {
  const own = pathsTo(route, services);
  const name = nameOf(route);
  const mixed = own.find(({ rule }) => (rule.backendRefs ?? []).length > 1);
  const narrow = own.find(({ match }) => isNarrow(match));
  const odd = own.find(({ match }) => match.path?.type === "RegularExpression");
  const twin = hasCanary
    ? own.flatMap(({ match, rule }) => httpRoutes.flatMap((other) => narrowerRules(route, match, rule, other)))[0]
    : undefined;
  return [
    ...(mixed ? [`must have one Service in each rule of ${name} that routes to the workload, not a share of it`] : []),
    ...(narrow
      ? [
          `must route to the workload by host and path only: a rule of ${name} looks at headers, query or method as well, which a plan can't describe yet`,
        ]
      : []),
    ...(odd ? [`must have plain paths in ${name}: Sluice can't tell yet who is served by a regular expression`] : []),
    ...(twin === undefined
      ? []
      : [
          `must have no other rule for ${twin} that looks at headers, query or method: the canary's HTTPRoute would take precedence over it`,
        ]),
  ];
}

function isNarrow({ method, headers = [], queryParams = [] }: HttpRouteMatch): boolean {
  return method !== undefined || headers.length > 0 || queryParams.length > 0;
}

/** Paths of one host at which another rule asks for more than the path. */
function narrowerRules(route: HttpRoute, match: HttpRouteMatch, rule: HttpRouteRule, other: HttpRoute): string[] {
  const hosts = other.spec.hostnames ?? [];
  if (!(route.spec.hostnames ?? []).some((host) => hosts.length === 0 || hosts.includes(host))) return [];
  const place = pathOf(match);
  return (other.spec.rules ?? []).flatMap((one) =>
    one === rule
      ? []
      : (one.matches ?? [{}]).flatMap((beside) =>
          isNarrow(beside) && isDeepStrictEqual(pathOf(beside), place) ? [place.path] : [],
        ),
  );
}

/** The Gateway that an HTTPRoute attaches to, and whether it does so at a listener of TLS, as far as can be seen. */
export function gatewayOf(
  { metadata, spec }: HttpRoute,
  objects: readonly ClusterObject[],
): { readonly name: string; readonly namespace?: string; readonly own?: ClusterObject; readonly isSecured: boolean } {
  const [parent] = spec.parentRefs ?? [];
  const { name = "", namespace = metadata.namespace } = parent ?? {};
  const own = objects.find(
    (one) => one.kind === "Gateway" && one.metadata.name === name && one.metadata.namespace === namespace,
  );
  const { listeners = [] } = (own?.["spec"] ?? {}) as { readonly listeners?: readonly Listener[] };
  const isSecured = (spec.parentRefs ?? []).some(
    ({ port, sectionName }) =>
      port === 443 ||
      listeners.some((one) => one.protocol === "HTTPS" && sectionName !== undefined && one.name === sectionName),
  );
  return { name, ...(namespace !== undefined && { namespace }), ...(own && { own }), isSecured };
}

interface Listener {
  readonly name: string;
  readonly protocol?: string;
}
