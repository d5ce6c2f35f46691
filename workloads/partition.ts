import type { Application, Deployment } from "../kubernetes/application";
import { digestOf } from "./checksum";
import type { Problem } from "../config/problems";
import type { GivenValues } from "../config/schema";
import type { VersionConfig } from "../config/versions";
import type { ReplicaRatioPlan } from "../traffic/plan";
import { nameOf, namesOf, versionLabel } from "./names";
import { podsOfVersion } from "./versions";

/** The annotations of a StatefulSet that say what its pods below the partition run, and what those from there on do. */
export const partitionLabels = { stable: "sluice.dev/stable", trial: "sluice.dev/trial" } as const;

/** What of a StatefulSet's spec is its own (apps/v1 StatefulSetSpec). */
interface StatefulSetSpec {
  readonly replicas?: number;
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
}

/** True if the workload is one object whose pods roll one by one: a StatefulSet. */
export function isPartitioned({ workload }: Pick<Application, "workload">): boolean {
  return workload.kind === "StatefulSet";
}

/** How many pods a StatefulSet has, of which the canary takes its own. */
export function sizeOf({ workload }: Pick<Application, "workload">): number {
  return workload.spec.replicas ?? 1;
}

/**
 * A StatefulSet in two versions: the pods from the partition on are the canary's, which are those of the highest ordinals.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#partitions
 */
export function partitioned(
  application: Application,
  { stable, canary }: ReplicaRatioPlan,
  versions: Readonly<Record<string, VersionConfig>>,
): Deployment {
  const { workload } = application;
  const { spec, metadata } = workload;
  const trial = canary && canary.replicas > 0 ? canary : undefined;
  const podsOf = (version: string) => podsOfVersion(application, versions[version] ?? {});
  const { version } = trial ?? stable;
  const template = podsOf(version);
  const { updateStrategy } = spec as StatefulSetSpec;
  const replicas = stable.replicas + (canary?.replicas ?? 0);
  const annotations = {
    ...(metadata["annotations"] as object | undefined),
    [partitionLabels.stable]: digestOf(podsOf(stable.version)),
    ...(trial && {
      [partitionLabels.trial]: digestOf(template),
      // Pulumi would wait until all pods are of one version.
      "pulumi.com/waitFor": JSON.stringify([
        `jsonpath={.status.updatedReplicas}=${trial.replicas}`,
        `jsonpath={.status.readyReplicas}=${replicas}`,
      ]),
    }),
  };
  return {
    ...workload,
    metadata: { ...metadata, annotations },
    spec: {
      ...spec,
      replicas,
      updateStrategy: {
        ...updateStrategy,
        type: "RollingUpdate",
        rollingUpdate: { ...updateStrategy?.rollingUpdate, partition: trial ? stable.replicas : 0 },
      },
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, [versionLabel]: version } },
      },
    },
  };
}

/** The stack's values that don't apply to a StatefulSet. */
export function partitionProblems(
  raw: Readonly<Record<string, unknown>>,
  { strategy, stable = "", canary = "", versions = {}, rollout }: GivenValues,
  application: Application,
): Problem[] {
  if (!isPartitioned(application)) return [];
  const { workload, autoscalers } = application;
  const name = nameOf(workload);
  const { updateStrategy } = workload.spec as StatefulSetSpec;
  const size = sizeOf(application);
  const shares = [
    { key: `versions.${canary}.replicas`, value: versions[canary]?.replicas ?? 0 },
    ...(rollout?.steps ?? []).map(({ replicas = 0 }, step) => ({
      key: `rollout.steps.${step}.replicas`,
      value: replicas,
    })),
  ];
  const refused = (allowed: string): Problem => ({ key: "from.workload", value: name, allowed });
  return [
    ...(strategy === "replicaRatio"
      ? []
      : [
          {
            key: "strategy",
            value: raw["strategy"],
            allowed: `must be replicaRatio for ${name}: its pods, which have an identity each, are rolled from the highest ordinal down behind the same Services, so that no route can choose a version`,
          },
        ]),
    ...(updateStrategy?.type === "OnDelete"
      ? [refused("must have the updateStrategy RollingUpdate: with OnDelete nothing rolls its pods")]
      : []),
    ...((updateStrategy?.rollingUpdate?.partition ?? 0) > 0
      ? [
          refused(
            "must leave updateStrategy.rollingUpdate.partition out, which the stack sets: the canary's pods are above it",
          ),
        ]
      : []),
    ...(autoscalers.length > 0
      ? [refused(`must not have ${namesOf(autoscalers)}, which would move the canary's share: leave it out`)]
      : []),
    ...(strategy === "replicaRatio" && versions[stable]?.replicas !== undefined
      ? [
          {
            key: `versions.${stable}.replicas`,
            value: versions[stable].replicas,
            allowed: `has no meaning for ${name}, whose ${size} pods are all stable's, except for the canary's: remove it`,
          },
        ]
      : []),
    ...shares
      .filter(({ value }) => strategy === "replicaRatio" && value >= size)
      .map((one) => ({
        ...one,
        allowed: `must be less than ${size}, the number of pods of ${name}: the others are stable's`,
      })),
  ];
}
