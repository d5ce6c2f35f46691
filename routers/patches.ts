import { isDeepStrictEqual } from "node:util";
import type { StackConfig } from "../config/stack-config";
import type { TrafficPlan } from "../traffic/plan";
import { plainShares } from "../traffic/shares";
import { reachedVersions, runningVersions } from "./deployed";
import { besideTitle, routeObjects } from "./routers";
import { applyMergePatch } from "./merge-patch";
import type { RouteObject, RoutePatch } from "./router";

/**
 * The route objects' patches that bring users what a plan says, in the order in which they must be sent.
 *
 * @param from the plan in force.
 * @returns nothing if anything but traffic differs, if objects must be made or removed first, or if a version that users are
 * sent to has no pods: then Pulumi has to do it.
 */
export function routePatches(
  config: StackConfig,
  from: TrafficPlan,
  to: TrafficPlan,
): readonly RoutePatch[] | undefined {
  if (!isDeepStrictEqual(besideTraffic(from), besideTraffic(to))) return undefined;
  if (isMovedByOthers(to) || isSplitByPods(from, to)) return undefined;
  const running = runningVersions(config, from);
  if (!reachedVersions(to).every((version) => running.includes(version))) return undefined;
  const isLeft = isLosing(from, to);
  const before = objectsIn(config, from, isLeft);
  const after = objectsIn(config, to, isLeft);
  if (before.length !== after.length) return undefined;
  const patches: RoutePatch[] = [];
  for (const [index, object] of after.entries()) {
    const old = before[index];
    if (!old || old.kind !== object.kind || old.metadata.name !== object.metadata.name) return undefined;
    if (isDeepStrictEqual(stateOf(old), stateOf(object))) continue;
    if (!object.traffic || !isDeepStrictEqual(applyMergePatch(stateOf(old), object.traffic), stateOf(object)))
      return undefined;
    patches.push(patchOf(object, object.traffic));
  }
  return patches;
}

/**
 * The patches that take everybody off the canary, whatever the present routing is; users who have its cookie too.
 *
 * @param plan names the version that everybody is to get, as stable or in the active color, and the one on trial.
 */
export function withdrawPatches(config: StackConfig, plan: TrafficPlan): readonly RoutePatch[] {
  if (isMovedByOthers(plan)) return [];
  return patchesOf(objectsIn(config, withoutTrial(plan), plan.strategy === "canary"));
}

/** All that a plan says of the traffic, as patches: while the plan is in force they change nothing. */
export function trafficPatches(config: StackConfig, plan: TrafficPlan): readonly RoutePatch[] {
  return patchesOf(objectsIn(config, plan, false));
}

function patchesOf(objects: readonly RouteObject[]): RoutePatch[] {
  return objects.flatMap((object) => (object.traffic ? [patchOf(object, object.traffic)] : []));
}

/**
 * The objects of a plan, and during a migration those of both routers, the users' first.
 *
 * @param isLeft true if users are led away from a canary: then what leads them to it comes before what is behind it.
 */
function objectsIn(config: StackConfig, plan: TrafficPlan, isLeft: boolean): RouteObject[] {
  const { workload, migration } = config;
  const inOrder = (objects: readonly RouteObject[]) => (isLeft ? objects.toReversed() : objects);
  const own = inOrder(routeObjects({ config, plan, title: workload }));
  if (!migration) return [...own];
  const { target, users } = migration;
  const moved = movedTo(target.plan, plan);
  const beside = inOrder(routeObjects({ config: target, plan: moved, title: besideTitle(config) }));
  return users === "new" ? [...beside, ...own] : [...own, ...beside];
}

/** A plan's traffic at the addresses of another router. */
function movedTo(target: TrafficPlan, plan: TrafficPlan): TrafficPlan {
  if (target.strategy === "canary" && plan.strategy === "canary")
    return { ...plan, router: target.router, routes: target.routes };
  if (target.strategy === "blueGreen" && plan.strategy === "blueGreen")
    return { ...plan, router: target.router, routes: target.routes, preview: target.preview };
  throw new Error("a migration keeps the strategy");
}

/** The part of a plan that doesn't affect who gets which version. */
function besideTraffic(plan: TrafficPlan): object {
  switch (plan.strategy) {
    case "canary": {
      const { stable: _, canary: __, affinity, ...rest } = plan;
      return { ...rest, cookie: affinity?.cookie };
    }
    case "blueGreen": {
      const { activeColor: _, ...rest } = plan;
      return rest;
    }
    case "replicaRatio":
      return { ...plan, canary: plan.canary?.version };
  }
}

function isMovedByOthers(plan: TrafficPlan): boolean {
  return plan.strategy === "canary" && plan.mover !== undefined;
}

/** True if the number of pods makes the share: a route can only lead users away from the canary altogether. */
function isSplitByPods(from: TrafficPlan, to: TrafficPlan): boolean {
  return to.strategy === "replicaRatio" && to.canary?.replicas !== 0 && !isDeepStrictEqual(from, to);
}

/** True if the canary loses requests, so that they must be led away before anything else of it changes. */
function isLosing(from: TrafficPlan, to: TrafficPlan): boolean {
  const shareOf = (plan: TrafficPlan) =>
    plan.strategy === "canary" && plan.canary ? (plainShares(plan)[plan.canary.version] ?? 0) : 0;
  return shareOf(to) < shareOf(from);
}

function withoutTrial(plan: TrafficPlan): TrafficPlan {
  if (plan.strategy === "replicaRatio" && plan.canary) return { ...plan, canary: { ...plan.canary, replicas: 0 } };
  if (plan.strategy !== "canary" || !plan.canary) return plan;
  const { version, weightTotal } = plan.canary;
  return { ...plan, canary: { version, weight: 0, weightTotal } };
}

function stateOf({ apiVersion, kind, metadata, spec }: RouteObject): Record<string, unknown> {
  return { apiVersion, kind, metadata, spec };
}

function patchOf({ apiVersion, kind, metadata }: RouteObject, patch: RoutePatch["patch"]): RoutePatch {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name, patch };
}
