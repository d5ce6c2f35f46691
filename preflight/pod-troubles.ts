import type { Kubectl } from "./client";
import type { Manifest } from "../render/manifest";

interface PodStatus {
  readonly containerStatuses?: readonly {
    readonly name: string;
    readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    readonly lastState?: { readonly terminated?: { readonly exitCode?: number; readonly reason?: string } };
  }[];
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
}

/** What the pods of a Deployment, DaemonSet or StatefulSet say about why they are not ready, a line each. */
export async function podTroubles(kubectl: Kubectl, owner: Manifest): Promise<string[]> {
  const { selector } = (owner["spec"] ?? {}) as { selector?: { matchLabels?: Record<string, string> } };
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const { namespace } = owner.metadata;
  if (labels.length === 0 || namespace === undefined) return [];
  const pods = await kubectl.list("pods", namespace, labels.join(","));
  return pods.flatMap((pod) => troublesOf(pod.metadata.name, (pod["status"] ?? {}) as PodStatus));
}

function troublesOf(pod: string, { containerStatuses = [], conditions = [] }: PodStatus): string[] {
  const containers = containerStatuses.flatMap(({ name, state, lastState }) => {
    const exited = lastState?.terminated;
    const last = exited ? `, last exit ${exited.exitCode} (${exited.reason})` : "";
    return state?.waiting
      ? [`pod ${pod}, container ${name}: ${state.waiting.reason} ${state.waiting.message ?? ""}${last}`]
      : [];
  });
  const unscheduled = conditions.filter(({ type, status }) => type === "PodScheduled" && status === "False");
  return [...containers, ...unscheduled.map(({ message }) => `pod ${pod} has no node: ${message}`)];
}
