import type { ObjectsApi } from "../cluster/objects-api";
import type { ClusterObject } from "../kubernetes/cluster-object";
import { asApplied } from "../workloads/live-objects";
import { asMap } from "./as-map";

/** The kinds that are read: those that a release uses, and those that its pods could conflict with. */
const kinds = [
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "DaemonSet"],
  ["v1", "Service"],
  ["v1", "PersistentVolumeClaim"],
  ["networking.k8s.io/v1", "Ingress"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
  ["autoscaling/v2", "HorizontalPodAutoscaler"],
  ["keda.sh/v1alpha1", "ScaledObject"],
  ["policy/v1", "PodDisruptionBudget"],
] as const;

/** What this process has read: a command reads its stack's file several times, and must see the same each time. */
const known = new Map<string, readonly ClusterObject[]>();

/** What `sluice:from.live` names, and where; nothing if the objects are there already, or are read from manifests. */
export function liveSourceOf(
  config: Readonly<Record<string, unknown>>,
): { readonly live: string; readonly namespace: string } | undefined {
  const from = asMap(config["sluice:from"]);
  const { live, manifests, objects } = from ?? {};
  if (typeof live !== "string" || manifests !== undefined || objects !== undefined) return undefined;
  const { "sluice:namespace": namespace = "default" } = config;
  return { live, namespace: String(namespace) };
}

/** The objects of a live application, if this process has read them. */
export function knownLive(live: string, namespace: string): readonly ClusterObject[] | undefined {
  return known.get(`${namespace} ${live}`);
}

/**
 * Reads the objects of a live application, in a form that can be applied.
 *
 * @throws ClusterError if the cluster does not answer, or does not let the user read them.
 */
export async function readLive(
  objects: Pick<ObjectsApi, "listIn">,
  { live, namespace }: { readonly live: string; readonly namespace: string },
): Promise<readonly ClusterObject[]> {
  const lists = await Promise.all(
    kinds.map(async ([apiVersion, kind]) => objects.listIn(namespace, { apiVersion, kind }, {})),
  );
  const read = asApplied(lists.flat(), live);
  known.set(`${namespace} ${live}`, read);
  return read;
}
