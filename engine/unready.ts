import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { ObjectsApi } from "../cluster/objects-api";
import { podTroubles } from "../preflight/pod-troubles";
import { UserError } from "../progress/user-error";
import type { Manifest } from "../render/manifest";

/** The workloads that an update has failed at, as its events tell them. */
export interface UnreadyWorkloads {
  readonly workloads: readonly Manifest[];
  readonly onEvent: (event: EngineEvent) => void;
}

const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet"];

/** Follows an update for the workloads whose pods don't become ready. */
export function followUnready(): UnreadyWorkloads {
  const workloads: Manifest[] = [];
  const onEvent = ({ resOpFailedEvent }: EngineEvent) => {
    const inputs = resOpFailedEvent?.metadata.new?.inputs as Partial<Manifest> | undefined;
    if (inputs?.metadata && workloadKinds.includes(inputs.kind ?? "")) workloads.push(inputs as Manifest);
  };
  return { workloads, onEvent };
}

/** Adds to an update's error what the pods say that did not become ready: Pulumi names their containers only. */
export async function addPodTroubles(
  error: unknown,
  api: Pick<ObjectsApi, "listIn">,
  { workloads }: UnreadyWorkloads,
): Promise<void> {
  const told = workloads.map((workload) => podTroubles(api, workload).catch(() => []));
  const lines = (await Promise.all(told)).flat();
  if (error instanceof UserError) error.message = [error.message, ...lines].join("\n  ");
}
