import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config";
import { besideTitle, routeObjects, routers } from "../routers";
import type { BlueGreenPlan, CanaryPlan } from "../traffic/plan";
import { gatewayEntrance, type CreatedEntrance } from "./create-entrance";
import { Routes, type Backends } from "./routes";
import type { VersionedWorkload } from "./versioned-workload";

/** The addresses of a release. */
export interface Release {
  /** The address; `undefined` until there is one. */
  readonly address: pulumi.Output<string | undefined>;
  /** The port of it. */
  readonly port: number;
  /** The URL that users open. */
  readonly url: pulumi.Output<string>;
  /** The addresses at the other router, during a migration. */
  readonly beside?: Release;
}

/** The inputs of a release. */
export interface ReleaseArgs {
  readonly config: StackConfig;
  readonly namespace: pulumi.Input<string>;
  /** The controller that reads Ingresses, if the stack has it. */
  readonly entrance?: CreatedEntrance;
  /** The controller of the router that a migration leads to. */
  readonly besideEntrance?: CreatedEntrance;
  /** MetalLB, if the stack installs it. */
  readonly metallb?: pulumi.Resource;
  /** True if the stack has no objects yet. */
  readonly isFirst?: boolean;
  /** The component that its resources belong to; the stack itself by default. */
  readonly parent?: pulumi.Resource;
  /** With how many pods the stack's last update left each Deployment, by its name. */
  readonly scales?: ReadonlyMap<string, number>;
}

/** The workloads of a release: the one that users reach, and those behind it by name. */
export interface Workloads {
  readonly edge: Backends & pulumi.Resource;
  readonly companions: Readonly<Record<string, VersionedWorkload>>;
}

/** A release behind a router, and the last of the objects that send users to a version. */
export interface Routed {
  readonly release: Release;
  readonly last: pulumi.Resource;
}

/** A release behind a router that looks into requests, and beside it behind the one that it is on its way to. */
export function behindRouter(args: ReleaseArgs, plan: CanaryPlan | BlueGreenPlan, workloads: Workloads): Routed {
  const { config, namespace, besideEntrance } = args;
  const routed = behindOneRouter(args, plan, workloads, config.workload);
  const { migration } = config;
  if (!migration) return routed;
  const { target, users } = migration;
  if (target.plan.strategy === "replicaRatio") throw new Error("a migration keeps the strategy");
  const beside = { config: target, namespace, entrance: besideEntrance, parent: args.parent };
  const next = behindOneRouter(beside, target.plan, workloads, besideTitle(config));
  const [used, other] = users === "new" ? [next, routed] : [routed, next];
  return { release: { ...used.release, beside: other.release }, last: next.last };
}

function behindOneRouter(
  { config, namespace, entrance, metallb, isFirst, parent }: ReleaseArgs,
  plan: CanaryPlan | BlueGreenPlan,
  { edge, companions }: Workloads,
  title: string,
): Routed {
  const { workload, gateway } = config;
  const { resources } = new Routes(
    title,
    {
      component: routers[plan.router].component,
      objects: routeObjects({ config, plan, title }),
      namespace,
      isFirst,
      backends: { ...companions, [workload]: edge },
    },
    { dependsOn: entrance?.component, parent },
  );
  const last = resources.at(-1);
  if (!last) throw new Error("a plan has at least one route");
  const made = metallb ? [last, metallb] : [last];
  return { release: atEntrance(entrance ?? (gateway && gatewayEntrance(gateway, namespace)), plan, made), last };
}

/** A release at its controller's address. */
export function atEntrance(
  entrance: Pick<CreatedEntrance, "address"> | undefined,
  { routes: [route] }: CanaryPlan | BlueGreenPlan,
  made: readonly pulumi.Resource[],
): Release {
  const address = entrance?.address(made) ?? pulumi.output<string | undefined>(undefined);
  const url = pulumi.output(`${route?.tls ? "https" : "http"}://${route?.host}${route?.path}`);
  return { address, port: route?.tls ? 443 : 80, url };
}
