import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { IstioConfig, RequestConfig } from "../config/routers";
import { servicePort } from "../config/routing";
import { servingVersion, triedColor, type BlueGreenPlan, type CanaryPlan } from "../traffic/plan";
import { after } from "./after";
import { hostGroups } from "./http-route-spec";
import { callerRules, edgeRules, gatewayServers, previewRules } from "./istio-spec";
import type { VersionedWorkload } from "./versioned-workload";

/** A workload behind the one that users reach. */
export interface Companion {
  readonly backends: VersionedWorkload;
  /** The workloads that call it. */
  readonly callers: readonly string[];
}

/** Arguments of {@link IstioRouter}. */
export interface IstioRouterArgs {
  /** Who gets which version. */
  readonly plan: CanaryPlan | BlueGreenPlan;
  /** The name of the workload that users reach, and of its Gateway, VirtualService and DestinationRule. */
  readonly workload: string;
  /** The namespace of all objects, the same as the Services'. */
  readonly namespace: pulumi.Input<string>;
  readonly istio: IstioConfig;
  /** The workload whose versions users reach. */
  readonly backends: VersionedWorkload;
  /** The workloads behind it, by name. */
  readonly companions?: Readonly<Record<string, Companion>>;
  /** The Secrets of certificates, in the ingress gateway's namespace, with the hosts that they are for. */
  readonly tls?: readonly { readonly secretName: string; readonly hosts: readonly string[] }[];
  /** How long requests may take, and how often they are sent anew. */
  readonly requests?: RequestConfig;
}

type Resources = readonly pulumi.Input<pulumi.Resource>[];

/**
 * Turns a traffic plan into Istio's Gateway and VirtualServices: users reach a version by the plan's rules, and inside the
 * mesh each version of a workload reaches the same version of those that it calls, anybody else the one that serves.
 */
export class IstioRouter extends pulumi.ComponentResource {
  /** What decides who is served by which version. */
  readonly routes: readonly k8s.apiextensions.CustomResource[];

  constructor(
    name: string,
    private readonly args: IstioRouterArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("sluice:router:IstioRouter", name, {}, opts);
    const waitFor = after(opts);
    const { companions = {}, workload, backends } = args;
    // Inside first: users must not come to a version before what it calls is led to the same one.
    const inside = Object.entries({ ...companions, [workload]: { backends, callers: [] } }).map(([called, one]) =>
      this.inside(called, one, waitFor),
    );
    this.routes = this.edge([...waitFor, ...inside]);
    this.registerOutputs({ routes: this.routes.map(({ metadata }) => metadata.name) });
  }

  private edge(waitFor: Resources): k8s.apiextensions.CustomResource[] {
    const { plan, workload, tls = [], istio } = this.args;
    const idle = plan.strategy === "blueGreen" ? triedColor(plan) : undefined;
    const preview = plan.strategy === "blueGreen" && idle ? plan.preview : undefined;
    const routes = [...plan.routes, ...(preview ? [preview] : [])];
    const spec = { selector: istio.selector, servers: gatewayServers(routes, tls) };
    const dependsOn = [...waitFor, this.object("Gateway", workload, spec, waitFor)];
    const made = hostGroups(plan.routes).map(({ hosts, routes: paths }, index) => {
      const title = index === 0 ? workload : `${workload}-${index + 1}`;
      const http = edgeRules(this.rulesTo(workload), paths);
      return this.object("VirtualService", title, { hosts, gateways: [workload], http }, dependsOn);
    });
    if (!preview || !idle) return made;
    const http = previewRules(this.rulesTo(workload), idle.version, [preview]);
    const its = { hosts: [preview.host], gateways: [workload], http };
    return [...made, this.object("VirtualService", `${workload}-preview`, its, dependsOn)];
  }

  /** What calls a workload gets inside the mesh, where a Service of all versions has its name. */
  private inside(name: string, { backends, callers }: Companion, waitFor: Resources): pulumi.Resource {
    const { plan, namespace, istio } = this.args;
    const { subsets, deployments, empty } = backends;
    const service = new k8s.core.v1.Service(
      name,
      {
        metadata: { name, namespace, labels: { app: name } },
        spec: {
          type: "ClusterIP",
          selector: { app: name },
          ports: [{ name: istio.portName, port: servicePort, targetPort: "http" }],
        },
      },
      { parent: this },
    );
    const pods = Object.entries(deployments).flatMap(([version, deployment]) =>
      empty.has(version) ? [] : [deployment],
    );
    const versions = callers.length > 0 ? Object.keys(subsets) : [];
    const http = callerRules({ ...this.rulesTo(name), callers, versions, fallback: servingVersion(plan) });
    // By a short name callers may ask, too: Istio completes it by the namespace that the rule stands in.
    const spec = { hosts: [name], http };
    const dependsOn = [...waitFor, service, ...Object.values(subsets), ...pods];
    return this.object("VirtualService", `${name}-inside`, spec, dependsOn);
  }

  private rulesTo(destination: string) {
    const { plan, istio, requests = {} } = this.args;
    return { plan, istio, requests, destination };
  }

  private object(kind: string, name: string, spec: object, dependsOn: Resources): k8s.apiextensions.CustomResource {
    const { namespace, workload } = this.args;
    return new k8s.apiextensions.CustomResource(
      `${kind.toLowerCase()}-${name}`,
      {
        apiVersion: "networking.istio.io/v1",
        kind,
        metadata: { name, namespace, labels: { app: workload } },
        spec,
      },
      { parent: this, dependsOn: [...dependsOn] },
    );
  }
}
