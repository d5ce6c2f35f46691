import type { CanaryTrial, TrafficPlan } from "./plan";
import { sharesByWeight, type Shares } from "./shares";

/** A request as the router sees it. */
export interface TrafficRequest {
  /** The host asked for, with or without a port. */
  readonly host: string;
  /** The path, without the query. */
  readonly path: string;
  /** Header names in any case, with their values. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Cookie names with their values. */
  readonly cookies?: Readonly<Record<string, string>>;
}

/** Who serves a request, and why. */
export interface RoutingAnswer {
  /** The share of such requests that each version serves; empty where no rule matches. */
  readonly shares: Shares;
  /** 404 where no rule matches. */
  readonly status?: 404;
  /** The rule that decided, in words. */
  readonly because: string;
}

/**
 * Answers who serves a request, as ingress-nginx v1.15.1 decides it: header, then cookie, then weight.
 *
 * @see rootfs/etc/nginx/lua/balancer.lua, `route_to_alternative_balancer`
 */
export function routeRequest(plan: TrafficPlan, request: TrafficRequest): RoutingAnswer {
  if (!hostMatches(plan, request)) return notFound(`no rule for host ${request.host}`);
  if (!pathMatches(plan, request)) return notFound(`no rule for path ${request.path}`);
  const { stable, canary } = plan;
  if (!canary) return { shares: { [stable]: 1 }, because: "there is no canary" };
  return byHeader(stable, canary, request) ?? byCookie(stable, canary, request) ?? byWeight(plan, canary);
}

function byHeader(stable: string, canary: CanaryTrial, request: TrafficRequest): RoutingAnswer | undefined {
  const rule = canary.header;
  const sent = rule && lookup(request.headers, rule.name);
  if (!rule || sent === undefined) return undefined;
  if (rule.value !== undefined)
    return sent === rule.value ? toCanary(canary, `header ${rule.name} is ${rule.value}`) : undefined;
  if (rule.pattern !== undefined) return byPattern(stable, canary, rule.name, rule.pattern, sent);
  return alwaysNever(stable, canary, `header ${rule.name}`, sent);
}

function byPattern(stable: string, canary: CanaryTrial, name: string, pattern: string, sent: string) {
  const compiled = compilePattern(pattern);
  if (!compiled)
    return { shares: { [stable]: 1 }, because: `the pattern ${pattern} of header ${name} does not compile` };
  return compiled.test(sent) ? toCanary(canary, `header ${name} matches ${pattern}`) : undefined;
}

function byCookie(stable: string, canary: CanaryTrial, request: TrafficRequest): RoutingAnswer | undefined {
  const sent = canary.cookie === undefined ? undefined : lookup(request.cookies, canary.cookie);
  return sent === undefined ? undefined : alwaysNever(stable, canary, `cookie ${canary.cookie}`, sent);
}

function byWeight(plan: TrafficPlan, canary: CanaryTrial): RoutingAnswer {
  return { shares: sharesByWeight(plan), because: `weight ${canary.weight} of 100` };
}

function alwaysNever(stable: string, canary: CanaryTrial, subject: string, sent: string): RoutingAnswer | undefined {
  if (sent === "always") return toCanary(canary, `${subject} is always`);
  if (sent === "never") return { shares: { [stable]: 1 }, because: `${subject} is never` };
  return undefined;
}

function toCanary(canary: CanaryTrial, because: string): RoutingAnswer {
  return { shares: { [canary.version]: 1 }, because };
}

function notFound(because: string): RoutingAnswer {
  return { shares: {}, status: 404, because };
}

/** The pattern as a regular expression, or nothing where it does not compile. */
export function compilePattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}

/** `*.` stands for one label, as networking.k8s.io/v1 defines it: *.foo.com matches bar.foo.com, not foo.com. */
function hostMatches(plan: TrafficPlan, request: TrafficRequest): boolean {
  const [wanted, asked] = [plan.host.toLowerCase(), request.host.replace(/:\d+$/, "").toLowerCase()];
  return asked === wanted || (wanted.startsWith("*.") && asked.replace(/^[^.]+/, "*") === wanted);
}

/** Element-wise for `Prefix`, as networking.k8s.io/v1 defines it: /foo matches /foo and /foo/bar, not /foobar. */
function pathMatches({ path, pathType }: TrafficPlan, request: TrafficRequest): boolean {
  const asked = request.path.replace(/\?.*$/, "");
  if (pathType === "Exact") return asked === path;
  const prefix = path.endsWith("/") ? path : `${path}/`;
  return asked === path || `${asked}/`.startsWith(prefix);
}

/** Case-insensitive, as nginx's variables `$http_NAME` and `$cookie_NAME` are. */
function lookup(values: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return Object.entries(values ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}
