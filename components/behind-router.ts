import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config";
import type { BlueGreenPlan, CanaryPlan } from "../traffic/plan";
import { gatewayEntrance, type CreatedEntrance } from "./create-entrance";
import { GatewayRouter } from "./gateway-router";
import { IngressRouter } from "./ingress-router";
import { IstioRouter } from "./istio-router";
import type { VersionedWorkload } from "./versioned-workload";

/** Where a release can be reached. */
export interface Release {
  /** The address; `undefined` until there is one. */
  readonly address: pulumi.Output<string | undefined>;
  /** The port of it. */
  readonly port: number;
  /** What users ask for. */
  readonly url: pulumi.Output<string>;
  /** Where the same is to be had by another router, while a stack is on its way to it. */
  readonly beside?: Release;
}

/** What a release is made with. */
export interface ReleaseArgs {
  readonly config: StackConfig;
  readonly namespace: pulumi.Input<string>;
  /** What reads Ingresses, where the stack has it. */
  readonly entrance?: CreatedEntrance;
  /** What reads the routes of the router that the stack is on its way to. */
  readonly besideEntrance?: CreatedEntrance;
  /** What gives Services of type LoadBalancer their addresses, where the stack brings it. */
  readonly metallb?: pulumi.Resource;
  /** With how many pods the stack's last update left each Deployment, by its name. */
  readonly scales?: ReadonlyMap<string, number>;
}

/** The workloads of a release: the one that users reach, and those behind it by name. */
export interface Workloads {
  readonly edge: VersionedWorkload;
  readonly companions: Readonly<Record<string, VersionedWorkload>>;
}

/** A release behind a router, and the last of the objects that lead users to a version. */
interface Routed {
  readonly release: Release;
  readonly last: pulumi.Resource;
}

/** A release behind a router that looks into requests, and beside it behind the one that it is on its way to. */
export function behindRouter(args: ReleaseArgs, plan: CanaryPlan | BlueGreenPlan, workloads: Workloads): Routed {
  const routed = behindOneRouter(args, plan, workloads);
  const { config, namespace, besideEntrance } = args;
  const { migration } = config;
  if (!migration) return routed;
  const { target, users } = migration;
  if (target.plan.strategy === "replicaRatio") throw new Error("a migration keeps the strategy");
  const title = target.plan.router === "ingress" ? `${config.workload}-beside` : undefined;
  const next = behindOneRouter({ config: target, namespace, entrance: besideEntrance }, target.plan, workloads, title);
  const [used, other] = users === "new" ? [next, routed] : [routed, next];
  return { release: { ...used.release, beside: other.release }, last: next.last };
}

function behindOneRouter(
  { config, namespace, entrance }: ReleaseArgs,
  plan: CanaryPlan | BlueGreenPlan,
  { edge: backends, companions }: Workloads,
  title?: string,
): Routed {
  const { workload, tls, ingressAnnotations: annotations, gateway, istio, requests } = config;
  const opts = { dependsOn: entrance?.component };
  const common = { plan, workload, namespace, backends, tls };
  const release = atEntrance(entrance ?? (gateway && gatewayEntrance(gateway, namespace)), plan);
  switch (plan.router) {
    case "ingress": {
      if (!entrance) throw new Error("a plan with Ingresses needs what reads them");
      const { className } = entrance;
      const { canary: trial, mainline } = new IngressRouter(
        title ?? workload,
        { ...common, title, className, annotations },
        opts,
      );
      return { release, last: trial ?? mainline };
    }
    case "gateway": {
      const className = entrance?.className;
      const { routes } = new GatewayRouter(workload, { ...common, className, gateway, requests }, opts);
      return { release, last: lastOf(routes) };
    }
    case "istio": {
      if (!istio) throw new Error("router istio comes with its settings");
      const callers = (called: string) =>
        Object.entries({ ...config.companions, [workload]: config })
          .filter(([, { calls }]) => calls.includes(called))
          .map(([name]) => name);
      const inside = Object.fromEntries(
        Object.entries(companions).map(([name, own]) => [name, { backends: own, callers: callers(name) }]),
      );
      const { routes } = new IstioRouter(workload, { ...common, istio, companions: inside, requests }, opts);
      return { release, last: lastOf(routes) };
    }
    case "service":
      throw new Error("a Service is no router that looks into requests");
  }
}

function lastOf(resources: readonly pulumi.Resource[]): pulumi.Resource {
  const last = resources.at(-1);
  if (!last) throw new Error("a plan has at least one route");
  return last;
}

/** A release at the address of what reads its routes. */
export function atEntrance(
  entrance: Pick<CreatedEntrance, "address"> | undefined,
  { routes: [route] }: CanaryPlan | BlueGreenPlan,
): Release {
  const address = entrance?.address ?? pulumi.output<string | undefined>(undefined);
  const url = pulumi.output(`${route?.tls ? "https" : "http"}://${route?.host}${route?.path}`);
  return { address, port: route?.tls ? 443 : 80, url };
}
