import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config";
import type { RolloutConfig } from "../config/rollout";
import { activeVersion, idleColor, type BlueGreenPlan, type CanaryPlan, type ReplicaRatioPlan } from "../traffic/plan";
import type { CreatedEntrance } from "./create-entrance";
import { Flagger } from "./flagger";
import { FlaggerCanary } from "./flagger-canary";
import { prometheusAddress } from "./flagger-metrics";
import { IngressRouter } from "./ingress-router";
import { ServiceRouter } from "./service-router";
import { TrackedWorkload } from "./tracked-workload";
import { VersionedWorkload, type VersionedWorkloadArgs } from "./versioned-workload";

/** Where users reach a release. */
export interface Release {
  /** The address; `undefined` until there is one. */
  readonly address: pulumi.Output<string | undefined>;
  /** The port of it. */
  readonly port: number;
  /** What users ask for. */
  readonly url: pulumi.Output<string>;
}

/** What a release is made with. */
export interface ReleaseArgs {
  readonly config: StackConfig;
  readonly namespace: pulumi.Input<string>;
  /** What reads Ingresses, where the stack has it. */
  readonly entrance?: CreatedEntrance;
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
  const release = behindIngress(args, plan, versionsOf(args, Object.keys(versions), retired));
  settle(pulumi.output(release.router.canary ?? release.router.mainline));
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
  const workload = versionsOf(args, [active, ...(isThere ? [idle.version] : [])], retired);
  if (plan.router === "ingress") {
    const release = behindIngress(args, plan, workload);
    settle(pulumi.output(release.router.mainline));
    return release;
  }
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

function versionsOf(
  { config, namespace }: ReleaseArgs,
  names: readonly string[],
  retired?: VersionedWorkloadArgs["retired"],
): VersionedWorkload {
  const versions = Object.fromEntries(Object.entries(config.versions).filter(([name]) => names.includes(name)));
  const { workload } = config;
  return new VersionedWorkload(workload, { workload, namespace, versions, retired });
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

function behindIngress(
  { config, namespace, entrance }: ReleaseArgs,
  plan: CanaryPlan | BlueGreenPlan,
  backends: VersionedWorkload,
): Release & { readonly router: IngressRouter } {
  if (!entrance) throw new Error("a plan with Ingresses needs what reads them");
  const { workload, tls, ingressAnnotations: annotations } = config;
  const { className, component } = entrance;
  const router = new IngressRouter(
    workload,
    { plan, workload, namespace, className, backends, tls, annotations },
    { dependsOn: component },
  );
  return { router, ...atEntrance(entrance, plan) };
}

function atEntrance({ address }: CreatedEntrance, { routes: [route] }: CanaryPlan | BlueGreenPlan): Release {
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
