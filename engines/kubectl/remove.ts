import type { StepContext } from "../../progress/step";
import type { Change } from "../engine";
import { fieldManager, type Kubectl } from "./client";
import type { InventoryEntry } from "./inventory";
import { describeObject, referenceOf, type Manifest } from "./manifest";

/**
 * Deletes objects, group by group, and waits until each group is gone. An object that Sluice did not apply stays, and so
 * does a namespace that holds objects of others.
 *
 * @returns what was deleted.
 */
export async function removeObjects(
  kubectl: Kubectl,
  groups: readonly (readonly InventoryEntry[])[],
  context: StepContext,
): Promise<Change[]> {
  const total = groups.flat().length;
  const removed: Change[] = [];
  for (const group of groups) {
    const live = await kubectl.live(group.map(asManifest));
    const mine = (
      await Promise.all(live.map(async (manifest) => ((await mayDelete(kubectl, manifest)) ? [manifest] : [])))
    ).flat();
    context.report(
      `removed ${removed.length} of ${total}: ${mine.map((manifest) => describeObject(referenceOf(manifest))).join(", ")}`,
    );
    if (mine.length > 0) await kubectl.delete(mine);
    removed.push(
      ...mine.map((manifest): Change => ({ kind: "delete", object: describeObject(referenceOf(manifest)) })),
    );
  }
  return removed;
}

/** An inventory's entry as far as it names an object. */
export function asManifest({ apiVersion, kind, name, namespace }: InventoryEntry): Manifest {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

async function mayDelete(kubectl: Kubectl, live: Manifest): Promise<boolean> {
  if (!isApplied(live)) return false;
  return live.kind !== "Namespace" || (await kubectl.contents(live.metadata.name)).every(isImplied);
}

/** True where Sluice is among those who wrote the object, so that it is not another's of the same name. */
export function isApplied(live: Manifest): boolean {
  const managers = (live.metadata["managedFields"] ?? []) as readonly { readonly manager?: string }[];
  return managers.some(({ manager }) => manager === fieldManager);
}

/** What Kubernetes itself puts into every namespace, or makes for an object of it that is going too. */
function isImplied(content: Manifest): boolean {
  return (
    content.metadata["ownerReferences"] !== undefined ||
    content.metadata.name === "kube-root-ca.crt" ||
    isGoing(content)
  );
}

function isGoing(content: Manifest): boolean {
  return content.metadata["deletionTimestamp"] !== undefined;
}
