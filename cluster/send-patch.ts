import { isDeepStrictEqual } from "node:util";
import type { Manifest, ObjectReference } from "../render/manifest";
import { applyMergePatch, unremoved } from "../routers/merge-patch";
import { failureKind } from "./errors";
import type { ObjectsApi } from "./objects-api";
import { ownedFields, pulumisManager } from "./owned-fields";

/** A change of one existing object. */
export interface ObjectPatch extends ObjectReference {
  /** A JSON merge patch. */
  readonly patch: Readonly<Record<string, unknown>>;
}

/** The field manager for objects that Pulumi has not applied. */
const ownManager = "sluice";

type Objects = Pick<ObjectsApi, "get" | "apply" | "merge">;

/**
 * Changes an object as Pulumi would: what Pulumi's manager has applied, with the patch merged in, is applied by the same
 * manager. So a later `pulumi up` that says the same finds nothing to change, and no field has two managers that disagree.
 *
 * An object that Pulumi has not applied (rendered manifests, by `kubectl apply`) gets the patch itself. One that is as the
 * patch wants it is not written.
 *
 * @param demand throws if the patch must not be sent any more. It is asked once the object is read, and the patch counts
 * only for the object as it was read: if somebody else changes it in between, it is read and asked again.
 * @returns false if the object is not there.
 */
export async function sendPatch(objects: Objects, patch: ObjectPatch, demand?: () => Promise<void>): Promise<boolean> {
  for (;;) {
    try {
      return await sendOnce(objects, patch, demand);
    } catch (error) {
      if (!demand || failureKind(error) !== "conflict") throw error;
    }
  }
}

async function sendOnce(
  objects: Objects,
  { patch, ...reference }: ObjectPatch,
  demand: (() => Promise<void>) | undefined,
): Promise<boolean> {
  const live = await objects.get(reference);
  if (!live) return false;
  // Skip a write without changes: it could fail because another controller's webhook is down.
  if (isDeepStrictEqual(applyMergePatch(live, patch), live)) return true;
  await demand?.();
  const asRead = <Body extends object>(body: Body, { metadata }: Manifest): Body =>
    demand ? (applyMergePatch(body, { metadata: { resourceVersion: metadata["resourceVersion"] } }) as Body) : body;
  const manager = pulumisManager(live);
  if (manager === undefined) {
    await objects.merge(reference, asRead(patch, live), { fieldManager: ownManager });
    return true;
  }
  const wanted = applyMergePatch(ownedFields(live, manager), patch) as Manifest;
  const applied = await objects.apply(asRead(wanted, live), { fieldManager: manager });
  // An apply keeps what others have added by hand.
  const rest = unremoved(applied, patch);
  if (rest) await objects.merge(reference, asRead(rest, applied), { fieldManager: manager });
  return true;
}
