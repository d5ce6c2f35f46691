import type { Application } from "../../kubernetes/application";
import { backendOf } from "../../config/backend";
import type { StackConfig } from "../../config/stack-config";
import { servingVersion, triedColor, type BlueGreenPlan, type CanaryPlan, type Route } from "../../traffic/plan";
import { deployedVersions } from "../deployed";
import { hostGroups, type HostGroup } from "../host-groups";
import { ownServices, serviceNames, trialServices } from "../own-services";
import type { Need, RouteArgs, RouteObject } from "../router";
import { asNeed, metadataOf, podsOf } from "../services";
import { digest } from "./digest";
import { canaryHttpRoutes, ownHttpRoutes } from "./own";
import {
  httpRouteRule,
  httpRouteRules,
  redirectRule,
  untilAttached,
  type ParentReference,
  type RouteSpecArgs,
} from "./rules";

const apiVersion = "gateway.networking.k8s.io/v1";

/** What Pulumi waits for. */
const untilProgrammed = {
  "pulumi.com/waitFor": JSON.stringify(["condition=Accepted", "condition=Programmed"]),
};

/** A Gateway, unless the stack names an existing one, and HTTPRoutes. */
export function gatewayObjects({ config, plan, title }: RouteArgs): RouteObject[] {
  if (plan.strategy === "replicaRatio") throw new Error("an HTTPRoute does not split by replicas");
  const { application } = config;
  if (!application) return stackRoutes(config, plan, title, backendsOf(config, plan), plan.routes);
  const serving = servingVersion(plan);
  const served = ownServices(config, application, serving);
  const { routes, trial } = ownRoutes(config, application, plan, served);
  const services = [...served, ...trial];
  // If the application's own routes lead to its Service, the stack makes only the preview's.
  const addresses = application.httpRoutes.length > 0 ? [] : plan.routes;
  const backends = {
    serviceOf: serviceNames(config, serving, plan.strategy === "canary" ? "canary" : "preview"),
    port: backendOf(config).portNumber,
    needs: [...services.map(asNeed), ...deployedVersions(config, plan).map((version) => podsOf(config, version))],
  };
  return [...services, ...routes, ...stackRoutes(config, plan, title, backends, addresses)];
}

/** The application's own HTTPRoutes with the canary's beside them, and the Services of the version on trial. */
function ownRoutes(
  config: StackConfig,
  application: Application,
  plan: CanaryPlan | BlueGreenPlan,
  served: readonly RouteObject[],
): { readonly routes: readonly RouteObject[]; readonly trial: readonly RouteObject[] } {
  const routes = ownHttpRoutes(config, application, servingVersion(plan), served);
  if (plan.strategy === "canary") {
    if (!plan.canary) return { routes, trial: [] };
    const trial = trialServices(config, application, "canary", plan.canary.version);
    return { routes: [...routes, ...canaryHttpRoutes(config, application, plan, [...routes, ...trial])], trial };
  }
  const idle = plan.preview && triedColor(plan);
  return { routes, trial: idle ? trialServices(config, application, "preview", idle.version) : [] };
}

/** What the rules of the stack's own routes lead to, and what must be there before. */
interface GatewayBackends extends Pick<RouteSpecArgs, "serviceOf" | "port"> {
  readonly needs: readonly Need[];
}

function backendsOf(config: StackConfig, plan: CanaryPlan | BlueGreenPlan): GatewayBackends {
  const { workload } = config;
  return {
    serviceOf: (version) => `${workload}-${version}`,
    needs: deployedVersions(config, plan).flatMap((version) => [
      { kind: "service", workload, version } as const,
      podsOf(config, version),
    ]),
  };
}

/** The stack's own Gateway, if none is named, and HTTPRoutes for these addresses and for the preview. */
function stackRoutes(
  config: StackConfig,
  plan: CanaryPlan | BlueGreenPlan,
  title: string,
  { serviceOf, port, needs: backends }: GatewayBackends,
  addresses: readonly Route[],
): RouteObject[] {
  const own = config.gateway ? [] : [ownGateway(config, title)];
  const needs: Need[] = [{ kind: "entrance" }, ...own.map(asNeed), ...backends];
  const route = (suffix: string, { hosts }: HostGroup, rules: object[], parentRefs: ParentReference[]) => ({
    apiVersion,
    kind: "HTTPRoute",
    metadata: { ...metadataOf(config, `${title}${suffix}`), annotations: untilAttached },
    spec: { parentRefs, hostnames: hosts, rules },
    needs,
  });
  const args = { plan, requests: config.requests, serviceOf, port };
  const idle = plan.strategy === "blueGreen" ? triedColor(plan) : undefined;
  const preview = plan.strategy === "blueGreen" && idle && plan.preview ? hostGroups([plan.preview])[0] : undefined;
  const groups = hostGroups(addresses)
    .flatMap(withinLimits)
    .map(({ group, isFirst }, index) => ({
      group,
      isFirst,
      suffix:
        index === 0
          ? ""
          : `-${digest((isFirst ? group.hosts : [...group.hosts, group.routes[0]?.path ?? ""]).join(" "))}`,
      rules: httpRouteRules(args, group.routes),
    }));
  if (preview && idle) {
    const rules = [httpRouteRule(idle.version, args, preview.routes)];
    groups.push({ group: preview, isFirst: true, suffix: "-preview", rules });
  }
  return [
    ...own,
    ...groups.flatMap(({ group, isFirst, suffix, rules }) => [
      { ...route(suffix, group, rules, parentsOf(config, title, group, group.tls)), traffic: { spec: { rules } } },
      ...(group.tls && isFirst
        ? [route(`${suffix}-redirect`, group, [redirectRule], parentsOf(config, title, group, false))]
        : []),
    ]),
  ];
}

/** An HTTPRoute's `hostnames` (gateway.networking.k8s.io/v1, `MaxItems`). */
const mostHosts = 16;

/**
 * An HTTPRoute has at most 128 matches over all its rules, of which each path has one in every rule. No plan comes to more than
 * 8 rules, and paths must not move to another object when one more rule is needed.
 */
const mostPaths = 128 / 8;

/** A group of hosts as HTTPRoutes that the API server takes; the first of the same hosts is marked. */
function withinLimits({ hosts, routes, tls }: HostGroup): { group: HostGroup; isFirst: boolean }[] {
  return chunk(hosts, mostHosts).flatMap((some) =>
    chunk(routes, mostPaths).map((paths, index) => ({
      group: { hosts: some, routes: paths, tls },
      isFirst: index === 0,
    })),
  );
}

function chunk<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

function ownGateway(config: StackConfig, name: string): RouteObject {
  const secured = config.tls.flatMap(({ hosts, secretName }) => hosts.map((hostname) => ({ hostname, secretName })));
  return {
    apiVersion,
    kind: "Gateway",
    metadata: { ...metadataOf(config, name), annotations: untilProgrammed },
    spec: {
      gatewayClassName: config.ingressController?.className,
      listeners: [
        { name: plainListener, port: 80, protocol: "HTTP" },
        ...secured.map(({ hostname, secretName }) => ({
          name: securedListener(hostname),
          port: 443,
          protocol: "HTTPS",
          hostname,
          tls: { mode: "Terminate", certificateRefs: [{ name: secretName }] },
        })),
      ],
    },
    needs: [{ kind: "entrance" }],
  };
}

const plainListener = "http";

/** A listener's name is a label's (RFC 1123), which a long host is not. */
function securedListener(host: string): string {
  return `https-${digest(host)}`;
}

/** The listeners of the stack's own Gateway by name; of another one, whichever takes the hosts. */
function parentsOf(
  { gateway }: StackConfig,
  own: string,
  { hosts, tls }: HostGroup,
  isSecured: boolean,
): ParentReference[] {
  // If a host is served by TLS, the listeners of the other port redirect its plain requests.
  if (gateway) return [{ ...gateway, ...(tls && { port: isSecured ? 443 : 80 }) }];
  if (!isSecured) return [{ name: own, sectionName: plainListener }];
  return hosts.map((host) => ({ name: own, sectionName: securedListener(host) }));
}
