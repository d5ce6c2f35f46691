import { isDeepStrictEqual } from "node:util";
import type { ClusterApi } from "../cluster/api";
import { sendPatch } from "../cluster/send-patch";
import type { StackConfig } from "../config";
import type { Preview, StackOutputs } from "../engine/engine";
import { routePatches } from "../routers";
import type { RoutePatch } from "../routers/router";

/**
 * The patches that bring users from one state of a stack to another; nothing if pods differ, or if objects must be made
 * or removed, which only an update of the stack does.
 */
export function patchesBetween(from: StackConfig, to: StackConfig): readonly RoutePatch[] | undefined {
  const podsOf = ({ versions, companions }: StackConfig) => [versions, companions];
  return isDeepStrictEqual(podsOf(from), podsOf(to)) ? routePatches(to, from.plan, to.plan) : undefined;
}

/** The patches that do all of a previewed update; nothing if it does more than to move routes, or nobody knows where to ask. */
export function patchesOf(
  config: StackConfig,
  outputs: StackOutputs | undefined,
  { changes }: Pick<Preview, "changes">,
): readonly RoutePatch[] | undefined {
  if (!outputs?.plan || outputs.address === undefined || changes.length === 0) return undefined;
  const patches = routePatches(config, outputs.plan, config.plan);
  const moved = patches?.map(({ kind, name }) => `${kind} ${name}`);
  return changes.every(({ kind, object }) => kind === "update" && moved?.includes(object)) ? patches : undefined;
}

/**
 * Sends patches one after the other.
 *
 * @param demand throws if no more of them must be sent.
 * @returns false if one of the objects is not there.
 */
export async function sendPatches(
  api: Pick<ClusterApi, "objects">,
  patches: readonly RoutePatch[],
  demand?: () => Promise<void>,
): Promise<boolean> {
  let isComplete = true;
  for (const patch of patches) isComplete = (await sendPatch(api.objects, patch, demand)) && isComplete;
  return isComplete;
}
