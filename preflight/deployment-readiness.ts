import type { Manifest } from "../render/manifest";

/** Whether an object is ready, and whether it can still become so. */
export interface Readiness {
  /** What it waits for, in plain English; nothing if it is ready. */
  readonly waitingFor: string | undefined;
  /** True if waiting longer can't help. */
  readonly isFinal: boolean;
}

interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly conditions?: readonly { readonly type: string; readonly reason?: string; readonly message?: string }[];
}

/** Tells from a Deployment's live state whether all its pods are of its present generation, and ready. */
export function deploymentReadiness({ metadata, spec, status }: Manifest): Readiness {
  const {
    observedGeneration = 0,
    replicas: all = 0,
    updatedReplicas: updated = 0,
    availableReplicas: available = 0,
    conditions = [],
  } = (status ?? {}) as DeploymentStatus;
  const { replicas: wanted = 1 } = (spec ?? {}) as { readonly replicas?: number };
  // A status of an earlier generation tells nothing of this one, its deadline included.
  if (observedGeneration < ((metadata["generation"] as number | undefined) ?? 0))
    return waiting("the controller has not seen the change yet");
  const progress = conditions.find(({ type }) => type === "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded")
    return { waitingFor: `its rollout does not progress: ${progress.message ?? ""}`, isFinal: true };
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are new`);
  if (all > updated) return waiting(`${all - updated} old pods still run`);
  return waiting(available < wanted ? `${available} of ${wanted} pods are ready` : undefined);
}

function waiting(waitingFor: string | undefined): Readiness {
  return { waitingFor, isFinal: false };
}
