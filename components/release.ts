import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config";
import type { RolloutConfig } from "../config/rollout";
import type { WorkloadConfig } from "../config/workloads";
import { activeVersion, idleColor, type BlueGreenPlan, type CanaryPlan, type ReplicaRatioPlan } from "../traffic/plan";
import { gatewayEntrance, type CreatedEntrance } from "./create-entrance";
import { Flagger } from "./flagger";
import { FlaggerCanary } from "./flagger-canary";
import { GatewayRouter } from "./gateway-router";
import { prometheusAddress } from "./flagger-metrics";
import { IngressRouter } from "./ingress-router";
import { IstioRouter } from "./istio-router";
import { ServiceRouter } from "./service-router";
import { TrackedWorkload } from "./tracked-workload";
import { VersionedWorkload, type VersionedWorkloadArgs } from "./versioned-workload";

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
}

/** The versions of the workload and the routing between them, as the plan's strategy and router want them. */
export function createRelease(args: ReleaseArgs): Release {
  const { plan } = args.config;
  switch (plan.strategy) {
    case "canary":
      if (args.config.rollout?.driver === "flagger") return byFlagger(args, plan, args.config.rollout);
      return canary(args, plan);
    case "blueGreen":
      return blueGreen(args, plan);
    case "replicaRatio":
      return replicaRatio(args, plan);
  }
}

function canary(args: ReleaseArgs, plan: CanaryPlan): Release {
  const { versions } = args.config;
  const trial = plan.canary?.version;
  const isRetired = trial !== undefined && trial !== plan.stable && versions[trial]?.replicas === 0;
  // The pods of a canary go only after its Ingress has lost its requests, which is made of objects that are yet to come.
  const [routed, settle] = pulumi.deferredOutput<pulumi.Resource>();
  const retired = isRetired ? { version: trial, after: routed } : undefined;
  const { release, last } = behindRouter(args, plan, workloadsOf(args, Object.keys(versions), retired));
  settle(pulumi.output(last));
  return release;
}

function blueGreen(args: ReleaseArgs, plan: BlueGreenPlan): Release {
  const { config, namespace, metallb } = args;
  const { retireIdle } = plan;
  const idle = idleColor(plan);
  const isThere = idle !== undefined && retireIdle !== "remove";
  // The pods of the color that users leave go only after the switch, which is made of objects that are yet to come.
  const [switched, settle] = pulumi.deferredOutput<pulumi.Resource>();
  const retired = idle && retireIdle === "scaleDown" ? { version: idle.version, after: switched } : undefined;
  const active = activeVersion(plan);
  const workloads = workloadsOf(args, [active, ...(isThere ? [idle.version] : [])], retired);
  if (plan.router !== "service") {
    const { release, last } = behindRouter(args, plan, workloads);
    settle(pulumi.output(last));
    return release;
  }
  const { edge: workload } = workloads;
  const router = new ServiceRouter(
    config.workload,
    {
      plan,
      workload: config.workload,
      namespace,
      ready: workload.deployments[active],
      previewed: idle && workload.deployments[idle.version],
    },
    { dependsOn: metallb },
  );
  settle(pulumi.output(router.service));
  return behindService(router, plan, config);
}

function replicaRatio({ config, namespace, metallb }: ReleaseArgs, plan: ReplicaRatioPlan): Release {
  const { workload, versions } = config;
  const tracks = new TrackedWorkload(workload, { workload, namespace, versions, plan });
  const router = new ServiceRouter(
    workload,
    { plan, workload, namespace, ready: tracks.stable },
    { dependsOn: metallb },
  );
  return behindService(router, plan, config);
}

/** The workloads of a release: the one that users reach, and those behind it by name. */
interface Workloads {
  readonly edge: VersionedWorkload;
  readonly companions: Readonly<Record<string, VersionedWorkload>>;
}

function workloadsOf(
  { config, namespace }: ReleaseArgs,
  names: readonly string[],
  retired?: VersionedWorkloadArgs["retired"],
): Workloads {
  const made: Record<string, VersionedWorkload> = {};
  // What is called loses its pods after who calls it.
  const [left, settle] = pulumi.deferredOutput<pulumi.Resource>();
  const behind = retired && { version: retired.version, after: left };
  const make = (workload: string, { versions, calls }: WorkloadConfig): VersionedWorkload =>
    (made[workload] ??= new VersionedWorkload(workload, {
      workload,
      namespace,
      versions: Object.fromEntries(Object.entries(versions).filter(([name]) => names.includes(name))),
      retired: workload === config.workload ? retired : behind,
      calls: Object.fromEntries(
        calls.flatMap((called) => {
          const companion = config.companions[called];
          return companion ? [[called, make(called, companion)] as const] : [];
        }),
      ),
      mesh: config.istio,
    }));
  const edge = make(config.workload, config);
  if (retired) settle(pulumi.output<pulumi.Resource>(edge.deployments[retired.version] ?? edge));
  const { [config.workload]: _, ...companions } = made;
  return { edge, companions };
}

/** One Deployment, which Flagger brings to the users. */
function byFlagger(args: ReleaseArgs, plan: CanaryPlan, rollout: RolloutConfig): Release {
  const { config, namespace, entrance } = args;
  const { workload, versions, ingressController, tls, ingressAnnotations: annotations } = config;
  const version = versions[plan.stable];
  if (!entrance || !ingressController || !version) throw new Error("a plan with Ingresses needs what reads them");
  const metricsServer = prometheusAddress(rollout);
  const flagger = rollout.flagger && new Flagger("flagger", { ...rollout.flagger, metricsServer });
  const { className, component } = entrance;
  const controller = ingressController.kind;
  new FlaggerCanary(
    workload,
    { plan, rollout, workload, namespace, version, className, controller, tls, annotations },
    { dependsOn: [component, flagger].filter((one) => one !== undefined) },
  );
  return atEntrance(entrance, plan);
}

/** A release behind a router, and the last of the objects that lead users to a version. */
interface Routed {
  readonly release: Release;
  readonly last: pulumi.Resource;
}

/** A release behind a router that looks into requests, and beside it behind the one that it is on its way to. */
function behindRouter(args: ReleaseArgs, plan: CanaryPlan | BlueGreenPlan, workloads: Workloads): Routed {
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

function atEntrance(
  entrance: Pick<CreatedEntrance, "address"> | undefined,
  { routes: [route] }: CanaryPlan | BlueGreenPlan,
): Release {
  const address = entrance?.address ?? pulumi.output<string | undefined>(undefined);
  const url = pulumi.output(`${route?.tls ? "https" : "http"}://${route?.host}${route?.path}`);
  return { address, port: route?.tls ? 443 : 80, url };
}

function behindService(
  router: ServiceRouter,
  { nodePort }: BlueGreenPlan | ReplicaRatioPlan,
  { nodeAddress, host }: StackConfig,
): Release {
  const address = nodePort === undefined ? router.address : pulumi.output(nodeAddress);
  const place = nodePort === undefined ? "" : `:${nodePort}`;
  const url = address.apply((known) => `http://${host ?? known ?? "ADDRESS-OF-A-NODE"}${place}/`);
  return { address, port: nodePort ?? 80, url };
}
