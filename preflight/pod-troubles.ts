import type { ObjectsApi } from "../cluster/objects-api";
import type { Manifest } from "../render/manifest";
import { isReady, troublesOf } from "./pod-status";

/** An event of Kubernetes, as far as it tells of a pod. */
interface PodEvent extends Manifest {
  readonly type?: string;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/**
 * What the pods of a workload say about why they are not ready, a line each. Only an event tells that a probe fails; an account
 * that may not read events is told the rest.
 */
export async function podTroubles(
  api: Pick<ObjectsApi, "listIn">,
  { metadata: { namespace = "default" }, spec }: Manifest,
): Promise<string[]> {
  const { selector } = (spec ?? {}) as { selector?: { matchLabels?: Record<string, string> } };
  const pods = await api.listIn(namespace, { apiVersion: "v1", kind: "Pod" }, selector?.matchLabels ?? {});
  const told = pods.map((pod) => [pod, troublesOf(pod)] as const);
  const silent = told.some(([pod, troubles]) => troubles.length === 0 && !isReady(pod));
  const events = silent ? await warningsIn(api, namespace) : [];
  return told.flatMap(([pod, troubles]) =>
    troubles.length > 0 || isReady(pod) ? troubles : lastWarning(pod.metadata.name, events),
  );
}

async function warningsIn(api: Pick<ObjectsApi, "listIn">, namespace: string): Promise<readonly PodEvent[]> {
  const events: readonly PodEvent[] = await api
    .listIn(namespace, { apiVersion: "v1", kind: "Event" }, {})
    .catch(() => []);
  return events.filter(({ type, involvedObject }) => type === "Warning" && involvedObject?.kind === "Pod");
}

function lastWarning(pod: string, events: readonly PodEvent[]): string[] {
  const [last] = events
    .filter(({ involvedObject }) => involvedObject?.name === pod)
    .sort((one, other) => timeOf(other).localeCompare(timeOf(one)));
  return last?.message === undefined ? [] : [`pod ${pod}: ${last.message.trim()}`];
}

function timeOf({ lastTimestamp, eventTime }: PodEvent): string {
  return lastTimestamp ?? eventTime ?? "";
}
