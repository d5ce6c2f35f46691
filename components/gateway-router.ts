import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { GatewayConfig, RequestConfig } from "../config/routers";
import { triedColor, type BlueGreenPlan, type CanaryPlan } from "../traffic/plan";
import { after } from "./after";
import {
  hostGroups,
  httpRouteRule,
  httpRouteRules,
  redirectRule,
  type HostGroup,
  type ParentReference,
} from "./http-route-spec";
import type { VersionedWorkload } from "./versioned-workload";

/** Arguments of {@link GatewayRouter}. */
export interface GatewayRouterArgs {
  /** Who gets which version. */
  readonly plan: CanaryPlan | BlueGreenPlan;
  /** The workload's name: the Gateway's and the first HTTPRoute's name, and in front of the others'. */
  readonly workload: string;
  /** The namespace of the routes, the same as the Services'. */
  readonly namespace: pulumi.Input<string>;
  /** The GatewayClass of a Gateway of the stack's own. */
  readonly className?: pulumi.Input<string>;
  /** A Gateway that is there already, in place of one of the stack's own. */
  readonly gateway?: GatewayConfig;
  /** The workload whose versions they lead to. */
  readonly backends: VersionedWorkload;
  /** The Secrets of certificates, with the hosts that they are for. */
  readonly tls?: readonly { readonly secretName: string; readonly hosts: readonly string[] }[];
  /** How long requests may take, and how often they are sent anew. */
  readonly requests?: RequestConfig;
}

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

/** Turns a traffic plan into a Gateway, where none is named that is there already, and HTTPRoutes. */
export class GatewayRouter extends pulumi.ComponentResource {
  /** The Gateway of the stack's own. */
  readonly gateway?: k8s.apiextensions.CustomResource;
  /** The routes by which users come, the redirects to https and the preview among them. */
  readonly routes: readonly k8s.apiextensions.CustomResource[];

  constructor(name: string, args: GatewayRouterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:router:GatewayRouter", name, {}, opts);
    const waitFor = after(opts);
    if (!args.gateway) this.gateway = this.createGateway(args, waitFor);
    const { plan, workload, backends, requests = {} } = args;
    const rules = { plan, requests, serviceOf: (version: string) => `${workload}-${version}` };
    const ready = Object.keys(backends.services).flatMap((version) => [
      backends.services[version],
      backends.empty.has(version) ? undefined : backends.deployments[version],
    ]);
    const dependsOn = [...waitFor, this.gateway, ...ready].filter((resource) => resource !== undefined);
    const attach = (suffix: string, group: HostGroup, ofRules: object[], parents: ParentReference[]) =>
      this.createRoute(args, `${workload}${suffix}`, group.hosts, ofRules, parents, dependsOn);
    const idle = plan.strategy === "blueGreen" ? triedColor(plan) : undefined;
    const preview = plan.strategy === "blueGreen" && idle && plan.preview ? hostGroups([plan.preview])[0] : undefined;
    const groups = hostGroups(plan.routes).map((group, index) => ({
      group,
      suffix: index === 0 ? "" : `-${digest(group.hosts)}`,
      rules: httpRouteRules(rules, group.routes),
    }));
    if (preview && idle)
      groups.push({ group: preview, suffix: "-preview", rules: [httpRouteRule(idle.version, rules, preview.routes)] });
    this.routes = groups.flatMap(({ group, suffix, rules: ofRules }) => [
      attach(suffix, group, ofRules, parentsOf(args, group, group.tls)),
      ...(group.tls ? [attach(`${suffix}-redirect`, group, [redirectRule], parentsOf(args, group, false))] : []),
    ]);
    this.registerOutputs({ routes: this.routes.map(({ metadata }) => metadata.name) });
  }

  private createGateway(
    { workload, namespace, className, tls = [] }: GatewayRouterArgs,
    dependsOn: pulumi.Input<pulumi.Resource>[],
  ): k8s.apiextensions.CustomResource {
    const secured = tls.flatMap(({ hosts, secretName }) => hosts.map((hostname) => ({ hostname, secretName })));
    return new k8s.apiextensions.CustomResource(
      workload,
      {
        apiVersion,
        kind: "Gateway",
        metadata: { name: workload, namespace, labels: { app: workload }, annotations: untilProgrammed },
        spec: {
          gatewayClassName: className,
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
      },
      { parent: this, dependsOn },
    );
  }

  private createRoute(
    { workload, namespace }: GatewayRouterArgs,
    name: string,
    hostnames: readonly string[],
    rules: object[],
    parentRefs: readonly ParentReference[],
    dependsOn: pulumi.Input<pulumi.Resource>[],
  ): k8s.apiextensions.CustomResource {
    return new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion,
        kind: "HTTPRoute",
        metadata: { name, namespace, labels: { app: workload }, annotations: untilAttached },
        spec: { parentRefs, hostnames, rules },
      },
      { parent: this, dependsOn },
    );
  }
}

const plainListener = "http";

/** A listener's name is a label's (RFC 1123), which a long host is not. */
function securedListener(host: string): string {
  return `https-${digest([host])}`;
}

/** The listeners of the stack's own Gateway by name; of another one, whichever takes the hosts. */
function parentsOf(
  { gateway, workload }: GatewayRouterArgs,
  { hosts, tls }: HostGroup,
  isSecured: boolean,
): ParentReference[] {
  // Where a host is served by TLS, its plain requests are led there, by the listeners of the other port.
  if (gateway) return [{ ...gateway, ...(tls && { port: isSecured ? 443 : 80 }) }];
  if (!isSecured) return [{ name: workload, sectionName: plainListener }];
  return hosts.map((host) => ({ name: workload, sectionName: securedListener(host) }));
}

function digest(hosts: readonly string[]): string {
  return createHash("sha256").update(hosts.join(" ")).digest("hex").slice(0, 8);
}
