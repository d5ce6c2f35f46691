import { createHash } from "node:crypto";
import type { StackConfig } from "../../config/stack-config";
import { triedColor } from "../../traffic/plan";
import { deployedVersions } from "../deployed";
import { hostGroups, type HostGroup } from "../host-groups";
import type { Need, RouteArgs, RouteObject } from "../router";
import { metadataOf, podsOf } from "../services";
import { httpRouteRule, httpRouteRules, redirectRule, type ParentReference } from "./rules";

const apiVersion = "gateway.networking.k8s.io/v1";

/** What Pulumi waits for. */
const untilProgrammed = {
  "pulumi.com/waitFor": JSON.stringify(["condition=Accepted", "condition=Programmed"]),
};
const untilAttached = {
  "pulumi.com/waitFor": JSON.stringify(
    ["Accepted", "ResolvedRefs"].map(
      (type) => `jsonpath={.status.parents[0].conditions[?(@.type=="${type}")].status}=True`,
    ),
  ),
};

/** A Gateway, where none is named that is there already, and HTTPRoutes. */
export function gatewayObjects({ config, plan, title }: RouteArgs): RouteObject[] {
  if (plan.strategy === "replicaRatio") throw new Error("an HTTPRoute does not split by replicas");
  const { workload, requests } = config;
  const own = config.gateway ? [] : [ownGateway(config, title)];
  const needs: Need[] = [
    { kind: "entrance" },
    ...own.map((object) => ({ kind: "object", object }) as const),
    ...deployedVersions(config, plan).flatMap((version) => [
      { kind: "service", workload, version } as const,
      podsOf(config, version),
    ]),
  ];
  const route = (suffix: string, { hosts }: HostGroup, rules: object[], parentRefs: ParentReference[]) => ({
    apiVersion,
    kind: "HTTPRoute",
    metadata: { ...metadataOf(config, `${title}${suffix}`), annotations: untilAttached },
    spec: { parentRefs, hostnames: hosts, rules },
    needs,
  });
  const args = { plan, requests, serviceOf: (version: string) => `${workload}-${version}` };
  const idle = plan.strategy === "blueGreen" ? triedColor(plan) : undefined;
  const preview = plan.strategy === "blueGreen" && idle && plan.preview ? hostGroups([plan.preview])[0] : undefined;
  const groups = hostGroups(plan.routes).map((group, index) => ({
    group,
    suffix: index === 0 ? "" : `-${digest(group.hosts)}`,
    rules: httpRouteRules(args, group.routes),
  }));
  if (preview && idle)
    groups.push({ group: preview, suffix: "-preview", rules: [httpRouteRule(idle.version, args, preview.routes)] });
  return [
    ...own,
    ...groups.flatMap(({ group, suffix, rules }) => [
      { ...route(suffix, group, rules, parentsOf(config, title, group, group.tls)), traffic: { spec: { rules } } },
      ...(group.tls
        ? [route(`${suffix}-redirect`, group, [redirectRule], parentsOf(config, title, group, false))]
        : []),
    ]),
  ];
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
  return `https-${digest([host])}`;
}

/** The listeners of the stack's own Gateway by name; of another one, whichever takes the hosts. */
function parentsOf(
  { gateway }: StackConfig,
  own: string,
  { hosts, tls }: HostGroup,
  isSecured: boolean,
): ParentReference[] {
  // Where a host is served by TLS, its plain requests are led there, by the listeners of the other port.
  if (gateway) return [{ ...gateway, ...(tls && { port: isSecured ? 443 : 80 }) }];
  if (!isSecured) return [{ name: own, sectionName: plainListener }];
  return hosts.map((host) => ({ name: own, sectionName: securedListener(host) }));
}

function digest(hosts: readonly string[]): string {
  return createHash("sha256").update(hosts.join(" ")).digest("hex").slice(0, 8);
}
