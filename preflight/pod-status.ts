import type { V1Pod } from "@kubernetes/client-node";
import type { Manifest } from "../render/manifest";

interface PodStatus {
  readonly containerStatuses?: readonly {
    readonly name: string;
    readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    readonly lastState?: { readonly terminated?: { readonly exitCode?: number; readonly reason?: string } };
  }[];
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
}

/** What a pod says about why it is not ready, a line each. */
export function troublesOf({ metadata: { name: pod }, status }: Manifest): string[] {
  const { containerStatuses = [], conditions = [] } = (status ?? {}) as PodStatus;
  const containers = containerStatuses.flatMap(({ name, state, lastState }) => {
    const exited = lastState?.terminated;
    const last = exited ? `, last exit ${exited.exitCode} (${exited.reason})` : "";
    return state?.waiting
      ? [`pod ${pod}, container ${name}: ${state.waiting.reason} ${state.waiting.message ?? ""}${last}`]
      : [];
  });
  const unscheduled = conditions.filter(({ type, status: isMet }) => type === "PodScheduled" && isMet === "False");
  return [...containers, ...unscheduled.map(({ message }) => `pod ${pod} has no node: ${message}`)];
}

/** True if a pod gets requests, or could. */
export function isReady({ status }: Manifest | V1Pod): boolean {
  const { conditions = [] } = (status ?? {}) as PodStatus;
  return conditions.some(({ type, status: isMet }) => type === "Ready" && isMet === "True");
}
