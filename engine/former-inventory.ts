import { KubernetesObjectApi, PatchStrategy, type KubernetesObject } from "@kubernetes/client-node";
import type { ClusterApi } from "../cluster/api";
import { failureKind } from "../cluster/errors";
import { UserError } from "../progress/user-error";
import { describeObject, manifestOf, type ObjectReference } from "../render/manifest";

/**
 * Stacks that an earlier Sluice applied with kubectl, without Pulumi: a ConfigMap in the cluster lists their objects,
 * and each object has fields that only this manager may take away.
 */
const namespace = "sluice-system";
const inventoryLabel = "sluice.dev/part=inventory";
const formerManager = "sluice";

/** What an earlier Sluice made for a stack. */
export interface FormerInventory {
  readonly objects: readonly ObjectReference[];
}

/** What an earlier Sluice made for a stack; nothing if it made nothing, or if it was handed over. */
export async function readFormerInventory({ core }: ClusterApi, stack: string): Promise<FormerInventory | undefined> {
  try {
    const { data = {} } = await core.readNamespacedConfigMap({ namespace, name: `inventory-${stack}` });
    return { objects: JSON.parse(data["entries"] ?? "[]") as ObjectReference[] };
  } catch (error) {
    // An account that can't read it has no such stack: the earlier Sluice read it at every command.
    if (["forbidden", "not found"].includes(failureKind(error) ?? "")) return undefined;
    throw error;
  }
}

/**
 * Refuses to create a stack beside itself.
 *
 * @throws UserError that says how to take it over.
 */
export function refuseFormer(stack: string, inventory: FormerInventory | undefined): void {
  if (inventory)
    throw new UserError(
      `${stack} was created by an earlier Sluice, without Pulumi: ${inventory.objects.length} objects are in the cluster. ` +
        `Take them over with sluice up --adopt --stack ${stack}; users are served meanwhile`,
      "SLUICE1304",
    );
}

/** The objects that an earlier Sluice made and that the stack, handed over, does not have. */
export function leftBehind({ objects }: FormerInventory, isOwn: (reference: ObjectReference) => boolean): string[] {
  return objects.filter((one) => !isOwn(one)).map(describeObject);
}

/** Removes the earlier Sluice's field ownership and inventory, now that Pulumi owns the objects. */
export async function removeFormerInventory(
  { core, kubeConfig }: ClusterApi,
  stack: string,
  { objects }: FormerInventory,
): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  for (const reference of objects) await ignoring404(() => releaseFields(api, reference));
  await ignoring404(() => core.deleteNamespacedConfigMap({ namespace, name: `inventory-${stack}` }));
  await ignoring404(() => core.deleteNamespacedSecret({ namespace, name: `generated-${stack}` }));
  const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector: inventoryLabel });
  if (items.length === 0) await ignoring404(() => core.deleteNamespace({ name: namespace }));
}

/** A field that two managers own stays if one of them leaves it out, so the earlier one has to go. */
async function releaseFields(api: KubernetesObjectApi, reference: ObjectReference): Promise<void> {
  const { apiVersion, kind, metadata } = manifestOf(reference);
  const live = await api.read<KubernetesObject>({ apiVersion, kind, metadata });
  const managedFields = live.metadata?.managedFields ?? [];
  const others = managedFields.filter(({ manager }) => manager !== formerManager);
  // The API server would ignore an empty list of managers.
  if (others.length === managedFields.length || others.length === 0) return;
  const { resourceVersion } = live.metadata ?? {};
  const patch = { apiVersion, kind, metadata: { ...metadata, resourceVersion, managedFields: others } };
  await api.patch(patch, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
}

async function ignoring404(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (failureKind(error) !== "not found") throw error;
  }
}
