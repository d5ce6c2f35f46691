import type { StepContext } from "../../progress/step";
import type { Change } from "../engine";
import { stackLabel } from "../record-labels";
import type { Kubectl } from "../../preflight/client";
import type { InventoryEntry } from "./inventory";
import { describeObject, keyOf, keyOfManifest, manifestOf, referenceOf, type Manifest } from "../../render/manifest";

/**
 * Deletes objects, group by group, and waits until each group is gone. An object that was deleted and made anew by
 * somebody else stays, and so does a namespace that holds objects of others. What is remembered there of the stack's own
 * rollouts goes with the namespace.
 *
 * @returns what was deleted, and what was kept.
 */
export async function removeObjects(
  kubectl: Kubectl,
  stack: string,
  groups: readonly (readonly InventoryEntry[])[],
  context: StepContext,
): Promise<Change[]> {
  const total = groups.flat().length;
  const changes: Change[] = [];
  for (const group of groups) {
    const live = await kubectl.live(group.map(manifestOf));
    const mine = await keepOnly(live, (manifest) => mayDelete(kubectl, stack, manifest, group));
    const names = mine.map((manifest) => describeObject(referenceOf(manifest)));
    context.report(`removing ${names.join(", ")} (${changes.length} of ${total} done)`);
    if (mine.length > 0) await kubectl.delete(mine);
    const kept = live.filter((manifest) => !mine.includes(manifest));
    changes.push(...names.map((object): Change => ({ kind: "delete", object })));
    changes.push(...kept.map((manifest): Change => ({ kind: "keep", object: describeObject(referenceOf(manifest)) })));
  }
  return changes;
}

async function keepOnly<Item>(items: readonly Item[], test: (item: Item) => Promise<boolean>): Promise<Item[]> {
  const answers = await Promise.all(items.map(test));
  return items.filter((_, index) => answers[index]);
}

async function mayDelete(
  kubectl: Kubectl,
  stack: string,
  live: Manifest,
  group: readonly InventoryEntry[],
): Promise<boolean> {
  const key = keyOfManifest(live);
  const uid = group.find((entry) => keyOf(entry) === key)?.uid;
  if (uid !== undefined && uid !== live.metadata["uid"]) return false;
  if (live.kind !== "Namespace") return true;
  const contents = await kubectl.contents(live.metadata.name);
  return contents.every((content) => isImplied(content) || isRecordOf(stack, content));
}

function isRecordOf(stack: string, content: Manifest): boolean {
  return labelsOf(content)[stackLabel] === stack;
}

/** What Kubernetes and Istio put into every namespace, or what is made for an object of it that is going too. */
function isImplied(content: Manifest): boolean {
  return (
    content.metadata["ownerReferences"] !== undefined ||
    content.metadata.name === "kube-root-ca.crt" ||
    // Istio's certificates, and what of them is no longer valid.
    labelsOf(content)["istio.io/config"] === "true" ||
    content.metadata["deletionTimestamp"] !== undefined
  );
}

function labelsOf({ metadata }: Manifest): Readonly<Record<string, string>> {
  return (metadata["labels"] ?? {}) as Record<string, string>;
}
