import { isDeepStrictEqual } from "node:util";
import type { ClusterApi } from "../cluster/api";
import type { StackConfig } from "../config";
import { describeRenamed } from "../config/renamed";
import type { Preview } from "../engine/engine";
import { trafficPatches } from "../routers";
import { applyMergePatch } from "../routers/merge-patch";
import type { RoutePatch } from "../routers/router";
import { explainPlan } from "../traffic/explain";
import { isWayBack } from "../traffic/way-back";
import { patchesBetween } from "./route-patches";

/** A change that only takes requests from the canary, and its preview. */
export interface FallingShift {
  readonly preview: Preview;
  readonly patches: readonly RoutePatch[];
}

/**
 * A change that only takes requests from the canary, by the routes alone: no policy may refuse it, and neither Pulumi nor its
 * state is needed to know what it does, because the cluster's routes say what is in force.
 *
 * @returns nothing if the change does more, or if the routes don't say what is thought to be in force.
 */
export async function fallingShift(
  objects: Pick<ClusterApi["objects"], "get">,
  from: StackConfig,
  to: StackConfig,
): Promise<FallingShift | undefined> {
  if (!isWayBack(from.plan, to.plan)) return undefined;
  const patches = patchesBetween(from, to);
  if (!patches || patches.length === 0) return undefined;
  if (!(await areLive(objects, from))) return undefined;
  const changes = patches.map(
    ({ kind, namespace, name }) => ({ kind: "update", object: `${kind} ${namespace}/${name}` }) as const,
  );
  return {
    patches,
    preview: {
      changes,
      unchanged: 0,
      diff: "",
      warnings: to.renamed.map(describeRenamed),
      violations: [],
      trafficBefore: explainPlan(from.plan),
      trafficAfter: explainPlan(to.plan),
    },
  };
}

/** True if the cluster's routes are as a stack has them. */
export async function areLive(objects: Pick<ClusterApi["objects"], "get">, stack: StackConfig): Promise<boolean> {
  for (const { patch, ...reference } of trafficPatches(stack, stack.plan)) {
    const live = await objects.get(reference);
    if (!live || !isDeepStrictEqual(applyMergePatch(live, patch), live)) return false;
  }
  return true;
}
