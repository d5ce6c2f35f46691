import type { Stack } from "@pulumi/pulumi/automation";
import type { ClusterApi } from "../cluster/api";
import type { StepContext } from "../progress/step";
import type { Change } from "./engine";
import { namespacesIn, removeNamespaces, type NamespaceRecord } from "./namespaces";
import { stateOf } from "./open-stack";

/** True if Pulumi drops a namespace from the stack, which leaves it in the cluster. */
export function isNamespaceDeleted({ kind, object }: Change): boolean {
  return kind === "delete" && object.startsWith("Namespace ");
}

/** The namespaces that the stack has now. */
export async function namespacesOf(stack: Stack): Promise<NamespaceRecord[]> {
  return namespacesIn(await stateOf(stack));
}

/**
 * Removes the namespaces that Pulumi has dropped, as far as they are the stack's to remove.
 *
 * @param before the namespaces that the stack had.
 * @returns the changes as they turned out.
 */
export async function removeDropped(
  api: ClusterApi,
  changes: readonly Change[],
  before: readonly NamespaceRecord[],
  context: StepContext,
): Promise<Change[]> {
  const dropped = new Set(changes.filter(isNamespaceDeleted).map(({ object }) => object));
  const kept = await removeNamespaces(
    api,
    before.filter(({ object }) => dropped.has(object)),
    context,
  );
  return changes.map((change) => {
    const reason = isNamespaceDeleted(change) ? kept.get(change.object) : undefined;
    return reason === undefined ? change : { kind: "keep", object: change.object, reason };
  });
}
