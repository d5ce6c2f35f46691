import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterApi } from "../../cluster/api";
import type { Labels } from "../../kubernetes/application";
import { labelSelectorOf } from "../../values/label-selector";

/** Reasons for waiting that waiting doesn't cure. */
const hopeless = new Set([
  "CrashLoopBackOff",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

/**
 * Why a version's pods can't run: `pod nginx-v3-abc is in CrashLoopBackOff (last exit 1)`; nothing if they can. Pods that
 * are on their way out are not looked at.
 *
 * @param labels those by which its pods are known.
 * @param since milliseconds since 1970; what was made before is not looked at.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus
 */
export async function crashOf(
  { core }: ClusterApi,
  namespace: string,
  labels: Labels,
  since = 0,
): Promise<string | undefined> {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: labelSelectorOf(labels) });
  return items
    .filter((pod) => isStaying(pod, since))
    .map(troubleOf)
    .find((trouble) => trouble !== undefined);
}

function isStaying({ metadata }: V1Pod, since: number): boolean {
  if (metadata?.deletionTimestamp !== undefined) return false;
  // It has whole seconds only.
  return metadata?.creationTimestamp === undefined || metadata.creationTimestamp.getTime() > since - 1000;
}

function troubleOf({ metadata, status }: V1Pod): string | undefined {
  for (const { state, lastState } of status?.containerStatuses ?? []) {
    const reason = state?.waiting?.reason;
    if (reason === undefined || !hopeless.has(reason)) continue;
    const exit = lastState?.terminated ? ` (last exit ${lastState.terminated.exitCode})` : "";
    return `pod ${metadata?.name} is in ${reason}${exit}`;
  }
  return undefined;
}
