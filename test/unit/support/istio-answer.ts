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

interface TextMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

interface RuleMatch {
  readonly uri?: TextMatch;
  readonly headers?: Readonly<Record<string, TextMatch>>;
  readonly sourceLabels?: Readonly<Record<string, string>>;
}

interface RouteDestination {
  readonly destination: { readonly host: string; readonly subset?: string };
  readonly weight?: number;
  readonly headers?: {
    readonly response?: {
      readonly set?: Readonly<Record<string, string>>;
      readonly add?: Readonly<Record<string, string>>;
    };
  };
}

interface Rule {
  readonly match?: readonly RuleMatch[];
  readonly route: readonly RouteDestination[];
}

interface VirtualService {
  readonly hosts: readonly string[];
  readonly gateways?: readonly string[];
  readonly http: readonly Rule[];
}

interface Server {
  readonly port: { readonly number: number; readonly protocol: string };
  readonly hosts: readonly string[];
  readonly tls?: { readonly httpsRedirect?: boolean };
}

/**
 * Answers a request at the ingress gateway by Istio's objects alone, as Istio says: the Gateway's server, the VirtualService
 * of the host, the first of its rules of which one match holds, expressions for whole values.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export function answerByIstio(objects: readonly Manifest[], request: EntranceRequest): ObjectsAnswer {
  const { host } = placeOf(request);
  const [gateway] = ofKind(objects, "Gateway", "networking.istio.io");
  const { servers } = (gateway ?? assert.fail("no Gateway"))["spec"] as { readonly servers: readonly Server[] };
  const server = servers.find(
    ({ port, hosts }) => (port.protocol === "HTTPS") === (request.isSecured === true) && hosts.includes(host),
  );
  if (!server) return notFound;
  // Istio's redirect is answered by 301.
  if (server.tls?.httpsRedirect) return { shares: {}, status: 301, scheme: "https" };
  return answerOf(objects, request, servicesAt(objects, gateway?.metadata.name ?? "", host));
}

/**
 * Answers a call inside the mesh.
 *
 * @param labels the caller's.
 */
export function answerInMesh(
  objects: readonly Manifest[],
  host: string,
  labels: Readonly<Record<string, string>>,
): ObjectsAnswer {
  return answerOf(objects, { host, path: "/" }, servicesAt(objects, "mesh", host), labels);
}

function servicesAt(objects: readonly Manifest[], gateway: string, host: string): VirtualService[] {
  return ofKind(objects, "VirtualService")
    .map((one) => one["spec"] as VirtualService)
    .filter(({ hosts, gateways = ["mesh"] }) => gateways.includes(gateway) && hosts.includes(host));
}

function answerOf(
  objects: readonly Manifest[],
  request: EntranceRequest,
  services: readonly VirtualService[],
  labels: Readonly<Record<string, string>> = {},
): ObjectsAnswer {
  assert.ok(services.length <= 1, `of ${services.length} VirtualServices for ${request.host} Istio takes one`);
  const rule = services[0]?.http.find(
    ({ match }) => match === undefined || match.some((one) => holds(one, request, labels)),
  );
  if (!rule) return notFound;
  const [only, ...more] = rule.route;
  const destinations = rule.route.map((one) => ({
    version: versionOf(objects, one),
    // A single one takes all, whatever its weight.
    weight: only && more.length === 0 ? 1 : (one.weight ?? 0),
  }));
  const responseHeaders = Object.fromEntries(
    rule.route.map((one) => [
      versionOf(objects, one),
      [one.headers?.response?.set ?? {}, one.headers?.response?.add ?? {}].flatMap((headers) =>
        Object.entries(headers).map((pair) => pair.join(": ")),
      ),
    ]),
  );
  return { shares: sharesOf(destinations), responseHeaders };
}

function holds(
  { uri, headers = {}, sourceLabels = {} }: RuleMatch,
  request: EntranceRequest,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    (uri === undefined || textMatches(uri, placeOf(request).path)) &&
    Object.entries(headers).every(([name, text]) => {
      const sent = headerOf(request, name);
      return sent !== undefined && textMatches(text, sent);
    }) &&
    Object.entries(sourceLabels).every(([name, value]) => labels[name] === value)
  );
}

function textMatches({ exact, prefix, regex }: TextMatch, text: string): boolean {
  if (exact !== undefined) return text === exact;
  if (prefix !== undefined) return text.startsWith(prefix);
  return expression(regex ?? assert.fail("a match of nothing"), "whole").test(text);
}

/** By the subset's labels, which choose among the pods of the host's Service. */
function versionOf(objects: readonly Manifest[], { destination: { host, subset } }: RouteDestination): string {
  if (subset === undefined) return versionOfService(objects, host) ?? assert.fail(`${host} is of no version`);
  assert.equal(versionOfService(objects, host), undefined, `${host} must be of all versions`);
  // Istio joins all rules for a host.
  const subsets = ofKind(objects, "DestinationRule")
    .map(({ spec }) => spec as { host: string; subsets: readonly { name: string; labels: { version: string } }[] })
    .flatMap((rule) => (rule.host === host ? rule.subsets : []));
  return (subsets.find(({ name }) => name === subset) ?? assert.fail(`no subset ${subset}`)).labels.version;
}
