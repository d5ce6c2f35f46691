import assert from "node:assert/strict";
import type { Manifest } from "../../../render/manifest";
import {
  expression,
  headerOf,
  notFound,
  ofKind,
  placeOf,
  sharesOf,
  versionOfService,
  type EntranceRequest,
  type ObjectsAnswer,
} from "./objects-answer";

interface HeaderMatch {
  readonly type?: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

interface RouteMatch {
  readonly path?: { readonly type: "Exact" | "PathPrefix"; readonly value: string };
  readonly method?: string;
  readonly headers?: readonly HeaderMatch[];
}

interface RouteRule {
  readonly matches?: readonly RouteMatch[];
  readonly filters?: readonly {
    readonly type: string;
    readonly requestRedirect?: { readonly scheme: string; readonly statusCode: number };
  }[];
  readonly backendRefs?: readonly { readonly name: string; readonly weight?: number }[];
}

interface RouteSpec {
  readonly parentRefs: readonly { readonly name: string; readonly sectionName?: string; readonly port?: number }[];
  readonly hostnames?: readonly string[];
  readonly rules?: readonly RouteRule[];
}

interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS";
  readonly hostname?: string;
}

/** A match that a request falls under, with what decides which of several goes first. */
interface Candidate {
  readonly rule: RouteRule;
  readonly hostname: string;
  readonly isExact: boolean;
  readonly pathLength: number;
  readonly hasMethod: boolean;
  readonly headers: number;
}

/**
 * Answers a request by a Gateway and its HTTPRoutes alone, as Gateway API says: the most specific listener, then the most
 * specific hostname, then the exact path, the longest prefix, the method, the most header matches, and the first rule.
 *
 * @param reading how RegularExpression is read, which is left to the implementation: as one of the whole value, as Envoy
 * has it, or of any part of it, as Traefik has it.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function answerByGateway(
  objects: readonly Manifest[],
  request: EntranceRequest,
  reading: "whole" | "anywhere",
): ObjectsAnswer {
  const { host, path } = placeOf(request);
  const [gateway] = ofKind(objects, "Gateway", "gateway.networking.k8s.io");
  const listener = listenerFor(gateway ?? assert.fail("no Gateway"), host, request.isSecured === true);
  if (!listener) return notFound;
  const routes = ofKind(objects, "HTTPRoute")
    .map((route) => route["spec"] as RouteSpec)
    .filter(({ parentRefs }) =>
      parentRefs.some(
        ({ name, sectionName, port }) =>
          name === gateway?.metadata.name &&
          (sectionName ?? listener.name) === listener.name &&
          (port ?? listener.port) === listener.port,
      ),
    );
  const [first] = routes
    .flatMap((route) => candidates(route, host, path, request, reading))
    // Stable: of equals the first one stays first.
    .sort(
      (left, right) =>
        specificity(right.hostname) - specificity(left.hostname) ||
        Number(right.isExact) - Number(left.isExact) ||
        right.pathLength - left.pathLength ||
        Number(right.hasMethod) - Number(left.hasMethod) ||
        right.headers - left.headers,
    );
  return first ? answerOf(objects, first.rule) : notFound;
}

function listenerFor(gateway: Manifest, host: string, isSecured: boolean): Listener | undefined {
  const { listeners } = gateway["spec"] as { readonly listeners: readonly Listener[] };
  return listeners
    .filter(({ protocol, hostname }) => (protocol === "HTTPS") === isSecured && covers(hostname, host))
    .sort((left, right) => specificity(right.hostname) - specificity(left.hostname))[0];
}

function covers(hostname: string | undefined, host: string): boolean {
  if (hostname === undefined) return true;
  return hostname.startsWith("*.") ? host.endsWith(hostname.slice(1)) : host === hostname;
}

/** A name before a wildcard, a longer one before a shorter one. */
function specificity(hostname = ""): number {
  return hostname.length + (hostname.startsWith("*") || hostname === "" ? 0 : 1000);
}

function candidates(
  { hostnames, rules = [] }: RouteSpec,
  host: string,
  path: string,
  request: EntranceRequest,
  reading: "whole" | "anywhere",
): Candidate[] {
  const hostname = hostnames ? hostnames.find((name) => covers(name, host)) : "";
  if (hostname === undefined) return [];
  return rules.flatMap((rule) =>
    (rule.matches ?? [{}])
      .filter(
        (match) =>
          pathMatches(match, path) &&
          (match.method ?? request.method ?? "GET") === (request.method ?? "GET") &&
          headersMatch(match, request, reading),
      )
      .map(({ path: asked, method, headers = [] }) => ({
        rule,
        hostname,
        isExact: asked?.type === "Exact",
        pathLength: asked?.value.length ?? 1,
        hasMethod: method !== undefined,
        headers: headers.length,
      })),
  );
}

/** Element by element, a `/` at the end left out of account. */
function pathMatches({ path = { type: "PathPrefix", value: "/" } }: RouteMatch, asked: string): boolean {
  if (path.type === "Exact") return asked === path.value;
  const prefix = path.value.replace(/\/$/, "");
  return asked === prefix || asked.startsWith(`${prefix}/`);
}

function headersMatch({ headers = [] }: RouteMatch, request: EntranceRequest, reading: "whole" | "anywhere"): boolean {
  return headers.every(({ type = "Exact", name, value }) => {
    const sent = headerOf(request, name);
    if (sent === undefined) return false;
    return type === "Exact" ? sent === value : expression(value, reading).test(sent);
  });
}

function answerOf(objects: readonly Manifest[], { filters = [], backendRefs = [] }: RouteRule): ObjectsAnswer {
  const redirect = filters.find(({ type }) => type === "RequestRedirect")?.requestRedirect;
  if (redirect) return { shares: {}, status: redirect.statusCode, scheme: redirect.scheme };
  const destinations = backendRefs.map(({ name, weight = 1 }) => ({
    version: versionOfService(objects, name) ?? assert.fail(`Service ${name} is of no version`),
    weight,
  }));
  return { shares: sharesOf(destinations) };
}
