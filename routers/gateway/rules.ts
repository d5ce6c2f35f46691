import type { RequestConfig } from "../../config/routers";
import { servicePort } from "../../config/backend";
import type { BlueGreenPlan, CanaryPlan } from "../../traffic/plan";
import { within } from "../../traffic/pattern";
import { routingRules, type HeaderCondition, type RoutingRule } from "../../traffic/routing-rules";
import type { HostGroup } from "../host-groups";

/** What attaches a route to a Gateway (gateway.networking.k8s.io/v1 ParentReference). */
export interface ParentReference {
  readonly name: string;
  readonly namespace?: string;
  /** The listener; all of them without it. */
  readonly sectionName?: string;
  /** The listeners of this port; of all ports without it. */
  readonly port?: number;
}

/** What Pulumi waits for: a Gateway takes the route, and its Services are there. */
export const untilAttached = {
  "pulumi.com/waitFor": JSON.stringify(
    ["Accepted", "ResolvedRefs"].map(
      (type) => `jsonpath={.status.parents[0].conditions[?(@.type=="${type}")].status}=True`,
    ),
  ),
};

/** The backends of a plan's rules. */
export interface RouteSpecArgs {
  readonly plan: CanaryPlan | BlueGreenPlan;
  /** The Service of a version. */
  readonly serviceOf: (version: string) => string;
  /** The port of that Service; 80 by default. */
  readonly port?: number;
  readonly requests: RequestConfig;
}

/**
 * The rules of an HTTPRoute, in the order in which they are asked.
 *
 * Of the rules whose path is as long the one with more header matches goes first, and of those the first one; each rule
 * here has one header match or, the last, none, so that they are asked in their order.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function httpRouteRules(args: RouteSpecArgs, routes: HostGroup["routes"]): object[] {
  const { plan, serviceOf, requests, port } = args;
  const canary = plan.strategy === "canary" ? plan.canary : undefined;
  const mirror = canary?.mirrorPercent
    ? mirrorFilter(serviceOf(canary.version), canary.mirrorPercent, port)
    : undefined;
  return routingRules(plan).map((rule, index, all) => ({
    ...ruleTo(rule, routes, args),
    // Mirror only requests that no rule decides: the canary serves the others itself.
    ...(mirror && index === all.length - 1 && { filters: [mirror] }),
    ...limits(requests),
  }));
}

/** The only rule of a route that leads to one version: a preview. */
export function httpRouteRule(version: string, args: Omit<RouteSpecArgs, "plan">, routes: HostGroup["routes"]): object {
  return { ...ruleTo({ backends: [{ version, weight: 1 }] }, routes, args), ...limits(args.requests) };
}

/** Leads plain requests to https, as an Ingress with a certificate does (308, which keeps the method). */
export const redirectRule = {
  filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 308 } }],
};

function ruleTo(
  { header, backends }: RoutingRule,
  routes: HostGroup["routes"],
  { serviceOf, port = servicePort }: Omit<RouteSpecArgs, "plan">,
): object {
  return {
    matches: routes.map(({ path, pathType }) => ({
      path: { type: pathType === "Exact" ? "Exact" : "PathPrefix", value: path },
      ...(header && { headers: [headerMatch(header)] }),
    })),
    backendRefs: backends.map(({ version, weight }) => ({ name: serviceOf(version), port, weight })),
  };
}

/** A header as a rule of an HTTPRoute asks for it. */
export function headerMatch({ name, value, pattern }: HeaderCondition): object {
  return pattern === undefined
    ? { type: "Exact", name, value }
    : // Anchor the expression, because some implementations match anywhere in the value.
      { type: "RegularExpression", name, value: within(pattern, "^", "$") };
}

/** What sends a copy of some requests to a Service. */
export function mirrorFilter(service: string, percent: number, port = servicePort): object {
  const backendRef = { name: service, port };
  return { type: "RequestMirror", requestMirror: { backendRef, ...(percent < 100 && { percent }) } };
}

function limits({ timeouts, retries }: RequestConfig): object {
  return {
    ...(timeouts && {
      timeouts: {
        ...(timeouts.request !== undefined && { request: timeouts.request }),
        ...(timeouts.backend !== undefined && { backendRequest: timeouts.backend }),
      },
    }),
    ...(retries && { retry: { attempts: retries.attempts, codes: retries.codes } }),
  };
}
