import { parseDuration } from "../../config/durations";
import type { IstioConfig, RequestConfig } from "../../config/routers";
import type { BlueGreenPlan, CanaryPlan, Route } from "../../traffic/plan";
import { routingRules, type HeaderCondition, type RoutingRule } from "../../traffic/routing-rules";
import type { HostGroup } from "../host-groups";

/** A version's address in the mesh (VirtualService `Destination`). */
export type DestinationOf = (version: string) => {
  readonly host: string;
  readonly subset?: string;
  readonly port?: { readonly number: number };
};

/** What the rules of a VirtualService are made of. */
export interface VirtualServiceArgs {
  readonly plan: CanaryPlan | BlueGreenPlan;
  readonly destinationOf: DestinationOf;
  readonly istio: IstioConfig;
  readonly requests: RequestConfig;
}

/**
 * The rules of a VirtualService at the edge; the first that matches decides.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute
 */
export function edgeRules(args: VirtualServiceArgs, routes: HostGroup["routes"]): object[] {
  return planRules(args, (header) => routes.flatMap((route) => matches(route, header)));
}

/** The rules of a plan for callers inside the mesh, whatever path they ask for. */
export function planRulesInside(args: VirtualServiceArgs): object[] {
  return planRules(args, (header) => (header ? [headersOf(header)] : undefined));
}

function planRules(
  args: VirtualServiceArgs,
  matchesOf: (header: HeaderCondition | undefined) => object[] | undefined,
): object[] {
  const { plan, destinationOf, requests } = args;
  const canary = plan.strategy === "canary" ? plan.canary : undefined;
  const affinity = plan.strategy === "canary" ? plan.affinity : undefined;
  return routingRules(plan).map((rule, index, all) => {
    const isLast = index === all.length - 1;
    const match = matchesOf(rule.header);
    return {
      ...(match && { match }),
      route: destinations(rule, args, isLast ? affinity?.cookie : undefined),
      ...(isLast &&
        canary?.mirrorPercent && {
          mirror: destinationOf(canary.version),
          mirrorPercentage: { value: canary.mirrorPercent },
        }),
      ...limits(requests),
    };
  });
}

/** The rules of a preview: all requests to one version. */
export function previewRules(args: VirtualServiceArgs, version: string, routes: HostGroup["routes"]): object[] {
  const rule: RoutingRule = { backends: [{ version, weight: 1 }] };
  return [
    { match: routes.flatMap((route) => matches(route)), route: destinations(rule, args), ...limits(args.requests) },
  ];
}

/** Who calls a workload: a version of it reaches the same version. */
export interface CallerRulesArgs extends Pick<VirtualServiceArgs, "destinationOf" | "istio" | "requests"> {
  /** The workloads that call it. */
  readonly callers: readonly string[];
  readonly versions: readonly string[];
  /** The version for all other callers. */
  readonly fallback: string;
}

/** The rules inside the mesh: by the caller's labels, and to the fallback where nothing matches. */
export function callerRules({ callers, versions, fallback, ...args }: CallerRulesArgs): object[] {
  const rule = (version: string, match?: object[]) => ({
    ...(match && { match }),
    route: destinations({ backends: [{ version, weight: 1 }] }, args),
    ...limits(args.requests),
  });
  return [
    ...versions.map((version) =>
      rule(
        version,
        callers.map((app) => ({ sourceLabels: { app, version } })),
      ),
    ),
    rule(fallback),
  ];
}

/** The servers of a Gateway: plain ones, and for hosts with a certificate a secured one, to which plain requests are led. */
export function gatewayServers(
  routes: readonly Route[],
  tls: readonly { readonly secretName: string; readonly hosts: readonly string[] }[],
): object[] {
  const hosts = (isSecured: boolean) => [
    ...new Set(routes.filter((route) => (route.tls === true) === isSecured).map(({ host }) => host)),
  ];
  const plain = (name: string, names: readonly string[], more: object) =>
    names.length === 0 ? [] : [{ port: { number: 80, name, protocol: "HTTP" }, hosts: names, ...more }];
  return [
    ...plain("http", hosts(false), {}),
    ...plain("http-redirect", hosts(true), { tls: { httpsRedirect: true } }),
    ...tls.map(({ secretName, hosts: names }, index) => ({
      port: { number: 443, name: `https-${index}`, protocol: "HTTPS" },
      hosts: names,
      tls: { mode: "SIMPLE", credentialName: secretName },
    })),
  ];
}

function matches({ path, pathType }: HostGroup["routes"][number], header?: HeaderCondition): object[] {
  const headers = header && headersOf(header);
  // Istio's prefix is one of the text: /shop would match /shopping, which an Ingress does not.
  const uris =
    pathType === "Exact"
      ? [{ exact: path }]
      : path.endsWith("/")
        ? [...(path === "/" ? [] : [{ exact: path.slice(0, -1) }]), { prefix: path }]
        : [{ exact: path }, { prefix: `${path}/` }];
  return uris.map((uri) => ({ uri, ...headers }));
}

function headersOf(header: HeaderCondition): object {
  return { headers: { [header.name.toLowerCase()]: valueMatch(header) } };
}

function valueMatch({ value, pattern }: HeaderCondition): object {
  return pattern === undefined ? { exact: value } : { regex: pattern };
}

function destinations(
  { backends }: RoutingRule,
  { destinationOf, istio }: Pick<VirtualServiceArgs, "destinationOf" | "istio">,
  stickyCookie?: string,
): object[] {
  return backends.map(({ version, weight }) => {
    const set = istio.versionHeader === undefined ? {} : { set: { [istio.versionHeader]: version } };
    const add =
      stickyCookie === undefined ? {} : { add: { "set-cookie": `${stickyCookie}=${version}; Path=/; HttpOnly` } };
    const response = { ...set, ...add };
    return {
      destination: destinationOf(version),
      ...(backends.length > 1 && { weight }),
      ...(Object.keys(response).length > 0 && { headers: { response } }),
    };
  });
}

function limits({ timeouts: { request, backend } = {}, retries }: RequestConfig): object {
  if (retries)
    return {
      ...(request !== undefined && { timeout: request }),
      retries: {
        attempts: retries.attempts,
        ...(backend !== undefined && { perTryTimeout: backend }),
        retryOn: ["connect-failure", "refused-stream", ...retries.codes].join(","),
      },
    };
  // Istio forgets a try's timeout if there are no retries: the one try is then the whole request.
  const [timeout] = [request, backend]
    .filter((one) => one !== undefined)
    .sort((a, b) => (parseDuration(a) ?? 0) - (parseDuration(b) ?? 0));
  return {
    ...(timeout !== undefined && { timeout }),
    // Without a setting, Istio retries twice.
    ...(backend !== undefined && { retries: { attempts: 0 } }),
  };
}
