import type { Application } from "../../kubernetes/application";
import type { StackConfig } from "../../config/stack-config";
import type { ReplicaRatioPlan } from "../../traffic/plan";
import { isPartitioned, partitioned, partitionLabels } from "../../workloads/partition";
import { mergePatchBetween } from "../merge-patch";
import type { RoutePatch } from "../router";

/**
 * The patches that leave a replica ratio no pods of the canary: its Deployment gets none, and a StatefulSet gives its pods back
 * to stable.
 */
export function podPatches(config: StackConfig, plan: ReplicaRatioPlan): readonly RoutePatch[] {
  const { application, namespace, workload } = config;
  const { canary } = plan;
  if (!canary) return [];
  const apiVersion = "apps/v1";
  if (application && isPartitioned(application)) {
    const patch = settledPartition(application, plan, config.versions);
    return [{ apiVersion, kind: "StatefulSet", namespace, name: workload, patch }];
  }
  const name = `${workload}-${application ? canary.version : "canary"}`;
  return [{ apiVersion, kind: "Deployment", namespace, name, patch: { spec: { replicas: 0 } } }];
}

/** All that says that every pod is stable's, as a patch of a StatefulSet that has the canary's template or stable's. */
function settledPartition(
  application: Application,
  plan: ReplicaRatioPlan,
  versions: StackConfig["versions"],
): RoutePatch["patch"] {
  const [tried, settled] = [1, 0].map((replicas) => {
    const canary = plan.canary && { ...plan.canary, replicas };
    const { metadata, spec } = partitioned(application, { ...plan, canary }, versions);
    return { annotations: metadata["annotations"] as Readonly<Record<string, string>>, template: spec.template };
  }) as [Partition, Partition];
  const annotations = {
    ...mergePatchBetween(tried.annotations, settled.annotations),
    [partitionLabels.stable]: settled.annotations[partitionLabels.stable],
  };
  const template = mergePatchBetween({ ...tried.template }, { ...settled.template });
  return { metadata: { annotations }, spec: { updateStrategy: { rollingUpdate: { partition: 0 } }, template } };
}

interface Partition {
  readonly annotations: Readonly<Record<string, string>>;
  readonly template: object;
}
