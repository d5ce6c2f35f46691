import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config";
import type { RolloutConfig } from "../config/rollout";
import type { WorkloadConfig } from "../config/workloads";
import { activeVersion, idleColor, type BlueGreenPlan, type CanaryPlan, type ReplicaRatioPlan } from "../traffic/plan";
import { atEntrance, behindRouter, type Release, type ReleaseArgs, type Workloads } from "./behind-router";
import { Flagger } from "./flagger";
import { FlaggerCanary } from "./flagger-canary";
import { prometheusAddress } from "./flagger-metrics";
import { ServiceRouter } from "./service-router";
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

function workloadsOf(
  { config, namespace, scales }: ReleaseArgs,
  names: readonly string[],
  retired?: VersionedWorkloadArgs["retired"],
): Workloads {
  const made: Record<string, VersionedWorkload> = {};
  // What is called loses its pods after who calls it.
  const [left, settle] = pulumi.deferredOutput<pulumi.Resource>();
  const behind = retired && { version: retired.version, after: left };
  const { plan } = config;
  const stickyCookie = plan.strategy === "canary" ? plan.affinity?.cookie : undefined;
  const meshOf = (workload: string, versions: WorkloadConfig["versions"]) =>
    config.istio && {
      istio: config.istio,
      versions: Object.keys(versions),
      stickyCookie: workload === config.workload ? stickyCookie : undefined,
    };
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
      mesh: meshOf(workload, versions),
      scales,
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
