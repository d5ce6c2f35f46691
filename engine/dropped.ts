import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Application } from "../kubernetes/application";
import type { ObjectsApi } from "../cluster/objects-api";
import { referenceOf, type Manifest } from "../render/manifest";
import { workloadLabel } from "../workloads/live";
import { isPatch } from "./urn";

/** The objects that an update has dropped from the state and left in the cluster. */
export interface DroppedObjects {
  readonly objects: readonly Manifest[];
  readonly onEvent: (event: EngineEvent) => void;
}

/** Follows an update for the objects that it drops, but that a resource's options have Pulumi keep. */
export function followDropped(): DroppedObjects {
  const objects: Manifest[] = [];
  const onEvent = ({ resOutputsEvent }: EngineEvent) => {
    const { op, old } = resOutputsEvent?.metadata ?? {};
    if (op === "delete" && old?.retainOnDelete && !isPatch(old.type)) objects.push(old.outputs as Manifest);
  };
  return { objects, onEvent };
}

/**
 * Removes the versions of a live workload that an update has dropped. A destroy keeps the version that serves, because
 * nothing else would; an update has led users to another one before it drops anything.
 *
 * @param application what the stack releases now; nothing is removed unless it is still the workload's.
 */
export async function removeDroppedVersions(
  api: Pick<ObjectsApi, "remove">,
  application: Pick<Application, "live" | "workload"> | undefined,
  dropped: readonly Manifest[],
): Promise<void> {
  if (!application?.live) return;
  const { name } = application.workload.metadata;
  for (const object of dropped) {
    const { labels, uid } = object.metadata as { labels?: Readonly<Record<string, string>>; uid?: string };
    if (labels?.[workloadLabel] === name) await api.remove(referenceOf(object), uid);
  }
}
