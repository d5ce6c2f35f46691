import type { Manifest, ObjectReference } from "../render/manifest";
import { applyMergePatch, unremoved } from "../routers/merge-patch";
import type { ObjectsApi } from "./objects-api";
import { ownedFields, pulumisManager } from "./owned-fields";

/** A change of one object that is there already. */
export interface ObjectPatch extends ObjectReference {
  /** A JSON merge patch. */
  readonly patch: Readonly<Record<string, unknown>>;
}

/** As whom objects are changed that Pulumi has not applied. */
const ownManager = "sluice";

/**
 * Changes an object as Pulumi would: what Pulumi's manager has applied, with the patch merged in, is applied by the same
 * manager. So a later `pulumi up` that says the same finds nothing to change, and no field has two managers that disagree.
 *
 * An object that Pulumi has not applied (rendered manifests, by `kubectl apply`) gets the patch itself.
 *
 * @returns false where the object is not there.
 */
export async function sendPatch(
  objects: Pick<ObjectsApi, "get" | "apply" | "merge">,
  { patch, ...reference }: ObjectPatch,
): Promise<boolean> {
  const live = await objects.get(reference);
  if (!live) return false;
  const manager = pulumisManager(live);
  if (manager === undefined) {
    await objects.merge(reference, patch, { fieldManager: ownManager });
    return true;
  }
  const wanted = applyMergePatch(ownedFields(live, manager), patch) as Manifest;
  const applied = await objects.apply(wanted, { fieldManager: manager });
  // What somebody else has added by hand stays with an apply.
  const rest = unremoved(applied, patch);
  if (rest) await objects.merge(reference, rest, { fieldManager: manager });
  return true;
}
