import { PatchStrategy, setHeaderOptions, type V1ConfigMap } from "@kubernetes/client-node";
import type { ClusterApi } from "../../cluster/api";
import { failureKind } from "../../cluster/errors";
import { partLabel, rolloutPart, rolloutSelector, stackLabel } from "../../record/labels";

/** The ConfigMaps that hold a stack's rollouts, one each, in the workload's namespace. */
export class RecordObjects {
  constructor(
    private readonly core: ClusterApi["core"],
    private readonly stack: string,
    private readonly namespace: string,
  ) {}

  async list(): Promise<V1ConfigMap[]> {
    const labelSelector = rolloutSelector(this.stack);
    return (await this.core.listNamespacedConfigMap({ namespace: this.namespace, labelSelector })).items;
  }

  /** The last rollout's. */
  async newest(): Promise<V1ConfigMap | undefined> {
    return (await this.list()).sort((left, right) => this.idOf(right) - this.idOf(left))[0];
  }

  /** @throws ClusterError if it is not there, too. */
  demand(id: number): Promise<V1ConfigMap> {
    return this.core.readNamespacedConfigMap({ name: this.nameOf(id), namespace: this.namespace });
  }

  async get(id: number): Promise<V1ConfigMap | undefined> {
    return this.demand(id).catch(unlessMissing);
  }

  create(id: number, data: Record<string, string>): Promise<V1ConfigMap> {
    const labels = { [stackLabel]: this.stack, [partLabel]: rolloutPart };
    const metadata = { name: this.nameOf(id), namespace: this.namespace, labels };
    return this.core.createNamespacedConfigMap({ namespace: this.namespace, body: { metadata, data } });
  }

  /** @param body a JSON merge patch; with `metadata.resourceVersion` it is a conflict if another one is stored. */
  patch(id: number, body: object): Promise<V1ConfigMap> {
    return this.core.patchNamespacedConfigMap({ name: this.nameOf(id), namespace: this.namespace, body }, mergePatch);
  }

  async delete(id: number): Promise<void> {
    await this.core
      .deleteNamespacedConfigMap({ name: this.nameOf(id), namespace: this.namespace })
      .catch(unlessMissing);
  }

  /** Which rollout's it is, by its name. */
  idOf({ metadata }: Pick<V1ConfigMap, "metadata">): number {
    return Number(metadata?.name?.slice(this.nameOf(0).length - 1));
  }

  private nameOf(id: number): string {
    return `sluice-rollout-${this.stack}-${id}`;
  }
}

/** The namespace of a stack's last rollout; nothing if there is none in the whole cluster. */
export async function namespaceOfRecords(core: ClusterApi["core"], stack: string): Promise<string | undefined> {
  const { items } = await core.listConfigMapForAllNamespaces({ labelSelector: rolloutSelector(stack) });
  const madeAt = ({ metadata }: V1ConfigMap) => metadata?.creationTimestamp?.getTime() ?? 0;
  return items.sort((left, right) => madeAt(right) - madeAt(left))[0]?.metadata?.namespace;
}

const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

function unlessMissing(error: unknown): undefined {
  if (failureKind(error) !== "not found") throw error;
}
