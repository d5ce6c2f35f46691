import { identitiesOf } from "../workloads/identities";
import type { StackOutputs } from "../engine/engine";
import type * as InProcess from "../engine/preview-in-process";
import type { GuardedObjects } from "../engine/guard";
import { autoscaledActive } from "../routers/deployed";
import type { RoutePatch } from "../routers/router";
import { isSameData } from "../values/same-data";
import { areLive } from "./falling-shift";
import type { StackInForce } from "./in-force";
import { patchesOf } from "./route-patches";
import type { Session } from "./session";

/** A change of routes alone, and its preview. */
export interface RoutesShift extends InProcess.TargetedPreview {
  readonly patches: readonly RoutePatch[];
}

/**
 * A change that only patches routes, previewed without Pulumi's CLI.
 *
 * @param session the stack as it is wished.
 * @param inForce the stack as users get it.
 * @param outputs what the stack's last update left.
 * @returns nothing if an update would do more, or if this process can't tell: then only a preview by Pulumi can.
 */
export async function routesShift(
  objects: GuardedObjects,
  { file: { stack, file, config: raw }, ...session }: Pick<Session, "file" | "choice" | "config">,
  { config: from, raw: before }: Pick<StackInForce, "config" | "raw">,
  outputs: StackOutputs,
  policyPackConfig?: string,
): Promise<RoutesShift | undefined> {
  const to = session.config();
  const isLast = isSameData(outputs.plan, from.plan) && isSameData(outputs.versions, identitiesOf(from));
  // Before a color is switched to, its autoscaler must have brought the pods.
  if (!isLast || autoscaledActive(to, to.plan).length > 0) return undefined;
  const target = { stack, file, config: raw, cluster: session.choice.cluster() };
  try {
    if (!(await areLive(objects, from))) return undefined;
    const previewed = await inProcess().previewInProcess(
      objects,
      target,
      { config: before, outputs },
      policyPackConfig,
    );
    const patches = previewed && patchesOf(to, outputs, previewed.preview);
    return patches && { ...previewed, patches };
  } catch {
    // Pulumi's preview says what is wrong, or knows what this process doesn't.
    return undefined;
  }
}

/** Loads Pulumi's SDK and the program, for which a rollback doesn't wait; the first call takes time. */
export function inProcess(): typeof InProcess {
  return require("../engine/preview-in-process") as typeof InProcess;
}
