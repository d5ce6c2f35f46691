import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterApi } from "../../cluster/api";
import type { StackConfig } from "../../config";
import { labelSelectorOf } from "../../values/label-selector";
import { podLabels } from "../../workloads/pod-labels";

/** The pods of a version, without those on their way out. */
export async function podsOf(
  { core }: Pick<ClusterApi, "core">,
  config: StackConfig,
  version: string,
): Promise<readonly V1Pod[]> {
  const { namespace } = config;
  const labelSelector = labelSelectorOf(podLabels(config, version));
  const { items } = await core.listNamespacedPod({ namespace, labelSelector });
  return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}
