import { isIPv6 } from "node:net";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { backendOf, servicePort } from "../config/backend";
import { secondsToReady, type RolloutConfig } from "../config/rollout";
import type { StackConfig } from "../config";
import type { Application as ApplicationObjects } from "../kubernetes/application";
import type { WorkloadConfig } from "../config/workloads";
import { routeObjects, routers } from "../routers";
import { deployedVersions } from "../routers/deployed";
import { activeVersion, idleColor, type BlueGreenPlan, type CanaryPlan, type ReplicaRatioPlan } from "../traffic/plan";
import { Application, type ApplicationArgs } from "./application";
import { atEntrance, behindRouter, type Release, type ReleaseArgs, type Routed, type Workloads } from "./behind-router";
import { addressOf } from "./entrance";
import { Flagger } from "./flagger";
import { FlaggerCanary } from "./flagger-canary";
import { prometheusAddress } from "./flagger-metrics";
import { Routes, type Backends } from "./routes";
import { TrackedWorkload } from "./tracked-workload";
import { VersionedWorkload, type VersionedWorkloadArgs } from "./versioned-workload";

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
  const { release, last } = behindRouter(args, plan, workloadsOf(args, retired));
  settle(pulumi.output(last));
  return release;
}

function blueGreen(args: ReleaseArgs, plan: BlueGreenPlan): Release {
  const { retireIdle } = plan;
  const idle = idleColor(plan);
  // The pods of the color that users leave go only after the switch, which is made of objects that are yet to come.
  const [switched, settle] = pulumi.deferredOutput<pulumi.Resource>();
  const retired = idle && retireIdle === "scaleDown" ? { version: idle.version, after: switched } : undefined;
  const workloads = workloadsOf(args, retired);
  const { release, last } =
    plan.router === "service" ? behindService(args, plan, workloads.edge) : behindRouter(args, plan, workloads);
  settle(pulumi.output(last));
  return release;
}

function replicaRatio(args: ReleaseArgs, plan: ReplicaRatioPlan): Release {
  const { workload, versions, application } = args.config;
  if (application) return behindService(args, plan, applicationOf(application, args, undefined)).release;
  const { namespace, parent } = args;
  const { stable } = new TrackedWorkload(workload, { workload, namespace, versions, plan }, { parent });
  const deployments = { [plan.stable.version]: stable };
  return behindService(args, plan, { services: {}, subsets: {}, deployments, empty: new Set() }).release;
}

function workloadsOf(
  { config, namespace, scales, parent }: ReleaseArgs,
  retired?: VersionedWorkloadArgs["retired"],
): Workloads {
  const { application } = config;
  if (application)
    return { edge: applicationOf(application, { config, namespace, scales, parent }, retired), companions: {} };
  const made: Record<string, VersionedWorkload> = {};
  // What is called loses its pods after who calls it.
  const [left, settle] = pulumi.deferredOutput<pulumi.Resource>();
  const behind = retired && { version: retired.version, after: left };
  const { plan } = config;
  const names = deployedVersions(config, plan);
  const stickyCookie = plan.strategy === "canary" ? plan.affinity?.cookie : undefined;
  const meshOf = (workload: string, versions: WorkloadConfig["versions"]) =>
    config.istio && {
      istio: config.istio,
      versions: Object.keys(versions),
      stickyCookie: workload === config.workload ? stickyCookie : undefined,
    };
  const make = (workload: string, { versions, calls }: WorkloadConfig): VersionedWorkload =>
    (made[workload] ??= new VersionedWorkload(
      workload,
      {
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
        mesh: meshOf(workload, versions),
        known: Object.keys(versions),
        scales,
        successor: successorOf(plan),
        secondsToReady: secondsToReady(config.rollout),
      },
      { parent },
    ));
  const edge = make(config.workload, config);
  if (retired) settle(pulumi.output<pulumi.Resource>(edge.deployments[retired.version] ?? edge));
  const { [config.workload]: _, ...companions } = made;
  return { edge, companions };
}

function successorOf(plan: StackConfig["plan"]): string | undefined {
  return plan.strategy === "blueGreen" ? activeVersion(plan) : undefined;
}

function applicationOf(
  application: ApplicationObjects,
  { config, namespace, scales, parent }: Pick<ReleaseArgs, "config" | "namespace" | "scales" | "parent">,
  retired: ApplicationArgs["retired"],
): Application {
  const names = deployedVersions(config, config.plan);
  return new Application(
    config.workload,
    {
      application,
      plan: config.plan,
      versions: Object.fromEntries(Object.entries(config.versions).filter(([name]) => names.includes(name))),
      namespace: { name: config.namespace, made: namespace },
      known: Object.keys(config.versions),
      retired,
      scales,
      ...(config.plan.strategy === "canary" && { stable: config.plan.stable }),
      successor: successorOf(config.plan),
      secondsToReady: secondsToReady(config.rollout),
    },
    { parent },
  );
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
  const canary = new FlaggerCanary(
    workload,
    { plan, rollout, workload, namespace, version, className, controller, tls, annotations },
    { dependsOn: [component, flagger].filter((one) => one !== undefined) },
  );
  return atEntrance(entrance, plan, [canary]);
}

/** A release behind a Service alone, and the last of the objects that send users to a version. */
function behindService(
  { config, namespace, metallb, isFirst, parent }: ReleaseArgs,
  plan: BlueGreenPlan | ReplicaRatioPlan,
  edge: Backends,
): Routed {
  const { workload, nodeAddress, host, application } = config;
  const { nodePort } = plan;
  const routes = new Routes(
    workload,
    {
      component: routers.service.component,
      objects: routeObjects({ config, plan, title: workload }),
      namespace,
      isFirst,
      backends: { [workload]: edge },
    },
    { dependsOn: metallb, parent },
  );
  const [service] = routes.resources as k8s.core.v1.Service[];
  if (!service)
    return {
      release: insideOnly(`${application?.workload.kind} ${workload}, which no Service selects`),
      last: routes,
    };
  const [own] = application?.services ?? [];
  const { portNumber } = backendOf(config);
  if (own && !["LoadBalancer", "NodePort"].includes(own.spec.type ?? ""))
    return {
      release: {
        ...insideOnly(`http://${own.metadata.name}.${config.namespace}.svc:${portNumber}/`),
        port: portNumber,
      },
      last: service,
    };
  const address = nodePort === undefined ? addressOf(service.status) : pulumi.output(nodeAddress);
  const port = nodePort ?? portNumber;
  const place = port === 80 ? "" : `:${port}`;
  const url = address.apply((known) => `http://${host ?? inUrl(known ?? "ADDRESS-OF-A-NODE")}${place}/`);
  return { release: { address, port, url }, last: service };
}

/** A release that nothing outside the cluster reaches. */
function insideOnly(url: string): Release {
  return { address: pulumi.output<string | undefined>(undefined), port: servicePort, url: pulumi.output(url) };
}

/** An address as a URL has it: an IPv6 one in brackets (RFC 3986, section 3.2.2). */
function inUrl(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}
