import type { StackConfig } from "../config/stack-config";
import type { TrafficPlan } from "../traffic/plan";
import { gateway } from "./gateway";
import { ingress } from "./ingress";
import { istio } from "./istio";
import type { RouteArgs, RouteObject, Router } from "./router";
import { service } from "./service";

/** Every router: one folder and one line here each. */
export const routers: Readonly<Record<TrafficPlan["router"], Router>> = { ingress, gateway, istio, service };

/** The objects of a plan's router that send users to versions, in the order in which they are made. */
export function routeObjects(args: RouteArgs): readonly RouteObject[] {
  return routers[args.plan.router].objects(args);
}

/** What the objects are called of the router that a stack is on its way to: two of one kind need two names. */
export function besideTitle({ workload, plan, migration }: StackConfig): string {
  return migration?.target.plan.router === plan.router ? `${workload}-beside` : workload;
}
