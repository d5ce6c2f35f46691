import ipaddr from "ipaddr.js";
import { affinityCookie, cookieHeader, ruleCookie, withoutSpaces, type SentAlong } from "./cookies";
import { compilePattern } from "./pattern";
import {
  activeVersion,
  keepsCanaryUsers,
  triedColor,
  type Affinity,
  type CanaryPlan,
  type CanaryTrial,
  type TrafficPlan,
} from "./plan";
import { findRoute, isRefused } from "./routes";
import { plainShares, type Shares } from "./shares";

/** A request as the router sees it. */
export interface TrafficRequest extends SentAlong {
  /** The host asked for, with or without a port. */
  readonly host: string;
  /** The path; a query is not looked at. */
  readonly path: string;
}

/** Who serves a request, and why. */
export interface RoutingAnswer {
  /** The share of such requests that each version serves; empty if no rule matches. */
  readonly shares: Shares;
  /** 404 if no rule matches, 400 if the path isn't valid. */
  readonly status?: 404 | 400;
  /** The rule that decided, in plain English. */
  readonly because: string;
}

/**
 * Answers who serves a request.
 *
 * A canary is decided as ingress-nginx v1.15.1 decides it: affinity, then header, then cookie, then weight. The other
 * routers that look into requests are given rules that come to the same; Istio's also look at the client's address, after
 * the cookie. A Service looks at nothing in a request.
 *
 * @see rootfs/etc/nginx/lua/balancer.lua of ingress-nginx, `route_to_alternative_balancer`
 */
export function routeRequest(plan: TrafficPlan, request: TrafficRequest): RoutingAnswer {
  if (plan.router === "service") return byService(plan);
  if (plan.router === "ingress" && isRefused(request.path))
    return { shares: {}, status: 400, because: `nginx refuses the path ${request.path}` };
  const idle = plan.strategy === "blueGreen" ? triedColor(plan) : undefined;
  const preview = plan.strategy === "blueGreen" && idle ? plan.preview : undefined;
  const route = findRoute(preview ? [...plan.routes, preview] : plan.routes, request.host, request.path);
  if (typeof route === "string") return { shares: {}, status: 404, because: route };
  if (plan.strategy === "canary") return byCanary(plan, request);
  if (idle && route === preview) return only(idle.version, `${route.host} previews ${idle.color}`);
  return only(activeVersion(plan), `the active color is ${plan.activeColor}`);
}

function byService(plan: Exclude<TrafficPlan, CanaryPlan>): RoutingAnswer {
  if (plan.strategy === "blueGreen") return only(activeVersion(plan), `the active color is ${plan.activeColor}`);
  const { stable, canary } = plan;
  if (!canary) return only(stable.version, "there is no canary");
  const pods = `${canary.replicas} of ${stable.replicas + canary.replicas} pods`;
  return { shares: plainShares(plan), because: `${pods} are ${canary.version}'s` };
}

function byCanary(plan: CanaryPlan, request: TrafficRequest): RoutingAnswer {
  const { stable, canary } = plan;
  if (!canary) return only(stable, "there is no canary");
  return (
    byAffinity(plan, canary, request) ??
    byHeader(stable, canary, request) ??
    byCookie(plan, canary, request) ??
    byClient(canary, request) ?? {
      shares: plainShares(plan),
      because: `weight ${canary.weight} of ${canary.weightTotal}`,
    }
  );
}

function byAffinity(plan: CanaryPlan, canary: CanaryTrial, request: TrafficRequest) {
  const { stable, affinity, router } = plan;
  const keyOf = router === "ingress" ? affinityKey : affinityVersion;
  const named = affinity && keyOf(affinity, request);
  if (!affinity || named === undefined) return undefined;
  const because = (version: string) => `the affinity cookie ${affinity.cookie} names ${version}`;
  if (named === affinity.keys[stable]) return only(stable, because(stable));
  const isCanary = named === affinity.keys[canary.version] && keepsCanaryUsers(plan);
  return isCanary ? only(canary.version, because(canary.version)) : undefined;
}

/** The controller writes `POD|BACKEND` into its cookie, and reads the cookie's name as it is. */
function affinityKey({ cookie }: Affinity, request: TrafficRequest): string | undefined {
  const parts = affinityCookie(cookieHeader(request) ?? "", cookie)?.split("|");
  return parts?.filter((part) => part !== "")[1];
}

/** Where Sluice's own rules keep users with a version, the cookie is heard as any rule's, and holds the version alone. */
function affinityVersion({ cookie }: Affinity, request: TrafficRequest): string | undefined {
  return ruleCookie(cookieHeader(request) ?? "", cookie);
}

function byHeader(stable: string, canary: CanaryTrial, request: TrafficRequest): RoutingAnswer | undefined {
  const rule = canary.header;
  const sent = rule && headerOf(request, rule.name);
  if (!rule || sent === undefined) return undefined;
  if (rule.value !== undefined)
    return sent === rule.value ? only(canary.version, `header ${rule.name} is ${rule.value}`) : undefined;
  if (rule.pattern !== undefined) return byPattern(stable, canary, rule.name, rule.pattern, sent);
  return alwaysNever(stable, canary, `header ${rule.name}`, sent);
}

function byPattern(stable: string, canary: CanaryTrial, name: string, pattern: string, sent: string) {
  const compiled = compilePattern(pattern);
  if (!compiled) return only(stable, `the pattern ${pattern} of header ${name} does not compile`);
  return compiled.test(sent) ? only(canary.version, `header ${name} matches ${pattern}`) : undefined;
}

function byCookie(
  { stable, router }: CanaryPlan,
  canary: CanaryTrial,
  request: TrafficRequest,
): RoutingAnswer | undefined {
  // Without a rule ingress-nginx asks for the cookie whose name is empty, and `=always` is one.
  const { cookie = router === "ingress" ? "" : undefined } = canary;
  if (cookie === undefined) return undefined;
  const sent = ruleCookie(cookieHeader(request) ?? "", cookie);
  const subject = cookie === "" ? "a cookie without a name" : `cookie ${cookie}`;
  return sent === undefined ? undefined : alwaysNever(stable, canary, subject, sent);
}

/** The last address is what the entry point has appended; the ones before it the client may have written itself. */
function byClient({ clients = [], version }: CanaryTrial, request: TrafficRequest): RoutingAnswer | undefined {
  const last = headerOf(request, "X-Forwarded-For")?.split(",").at(-1)?.trim() ?? "";
  if (!ipaddr.IPv4.isValidFourPartDecimal(last)) return undefined;
  const range = clients.find((one) => ipaddr.IPv4.parse(last).match(ipaddr.IPv4.parseCIDR(one)));
  return range === undefined ? undefined : only(version, `the client's address is in ${range}`);
}

function alwaysNever(stable: string, canary: CanaryTrial, subject: string, sent: string): RoutingAnswer | undefined {
  if (sent === "always") return only(canary.version, `${subject} is always`);
  return sent === "never" ? only(stable, `${subject} is never`) : undefined;
}

function only(version: string, because: string): RoutingAnswer {
  return { shares: { [version]: 1 }, because };
}

/**
 * nginx looks a header up by `$http_NAME`: upper and lower case are the same, and so are `-` and `_` in the rule's name.
 * A request's header with any character but letters, digits and `-` it drops (`ignore_invalid_headers`, on by default,
 * and `underscores_in_headers`, off by default). The values of a header that is sent more than once it joins by a comma and a
 * space (`ngx_http_variable_unknown_header`, since nginx 1.23).
 */
function headerOf(request: TrafficRequest, name: string): string | undefined {
  const variable = (text: string) => text.toLowerCase().replaceAll("-", "_");
  if (variable(name) === "host") return request.host;
  if (variable(name) === "cookie") return cookieHeader(request);
  const sent = Object.entries(request.headers ?? {}).filter(
    ([key]) => /^[-a-zA-Z0-9]+$/.test(key) && variable(key) === variable(name),
  );
  return sent.length === 0 ? undefined : sent.map(([, value]) => withoutSpaces(value)).join(", ");
}
