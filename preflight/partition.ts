import type { Problem } from "../config/problems";
import { referenceOf, type Manifest } from "../render/manifest";
import { partitionLabels } from "../workloads/partition";
import type { Findings, Situation } from "./check";

/**
 * StatefulSets whose pods below the partition are not stable's. Kubernetes leaves those pods as they are, whatever they run, so a
 * canary can begin only if all pods are stable's, and go on only beside the same ones.
 */
export async function findUnsettledPartitions({ manifests, live }: Situation): Promise<Findings> {
  const tried = manifests.filter((one) => one.kind === "StatefulSet" && annotationOf(one, "trial") !== undefined);
  const problems = await Promise.all(
    tried.map(async (manifest): Promise<Problem[]> => {
      const fault = faultOf(manifest, await live.get(referenceOf(manifest)));
      return fault === undefined
        ? []
        : [{ key: "canary", value: `StatefulSet/${manifest.metadata.name}`, allowed: fault }];
    }),
  );
  return { problems: problems.flat() };
}

function faultOf(manifest: Manifest, there: Manifest | undefined): string | undefined {
  if (!there)
    return "must be left out until the StatefulSet exists: Kubernetes creates all of its pods from one template at first, the canary's";
  const { currentRevision, updateRevision } = (there["status"] ?? {}) as Status;
  const isSame = annotationOf(there, "stable") === annotationOf(manifest, "stable");
  if (isSame && (annotationOf(there, "trial") !== undefined || currentRevision === updateRevision)) return undefined;
  return isSame
    ? "must be left out until all pods are stable's: they are still being rolled"
    : "must be left out until all pods are stable's: pods below the partition keep what they run now, which differs from stable; roll stable out to all pods first";
}

interface Status {
  readonly currentRevision?: string;
  readonly updateRevision?: string;
}

function annotationOf({ metadata }: Manifest, name: keyof typeof partitionLabels): string | undefined {
  return (metadata["annotations"] as Readonly<Record<string, string>> | undefined)?.[partitionLabels[name]];
}
