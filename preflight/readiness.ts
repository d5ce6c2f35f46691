import { addressAnnotation } from "../components/entrance";
import type { Manifest } from "../render/manifest";

/** Why an object is not ready yet, in words; nothing where it is. */
export type Unready = string | undefined;

/** Whether an object is ready, and whether it can still become so. */
export interface Readiness {
  readonly waitingFor: Unready;
  /** True where waiting longer can't help. */
  readonly isFinal: boolean;
}

const ready: Readiness = { waitingFor: undefined, isFinal: false };

/** Tells from an object's live state whether those that depend on it may be applied. */
export function readinessOf(live: Manifest): Readiness {
  switch (live.kind) {
    case "Deployment":
      return deployment(live);
    case "DaemonSet":
      return daemonSet(live);
    case "StatefulSet":
      return replicated(live, "readyReplicas");
    case "CustomResourceDefinition":
      return hasCondition(live, "Established") ? ready : waiting("its kind is not established yet");
    case "Service":
      return service(live);
    case "Canary":
      return canary(live);
    case "GatewayClass":
    case "Gateway":
    case "HTTPRoute":
      return ofGatewayApi(live);
    case "Namespace":
      return statusOf(live)["phase"] === "Terminating" ? waiting("it is still being deleted") : ready;
    default:
      return ready;
  }
}

function deployment(live: Manifest): Readiness {
  const progress = conditions(live).find(({ type }) => type === "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded" && isObserved(live))
    return { waitingFor: `its rollout does not progress: ${progress.message ?? ""}`, isFinal: true };
  return replicated(live, "availableReplicas");
}

function replicated(live: Manifest, readyField: string): Readiness {
  if (!isObserved(live)) return waiting("the controller has not seen the change yet");
  const wanted = (specOf(live)["replicas"] as number | undefined) ?? 1;
  const [all = 0, updated = 0, available = 0] = ["replicas", "updatedReplicas", readyField].map((field) =>
    count(live, field),
  );
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are new`);
  if (all > updated) return waiting(`${all - updated} old pods still have to go`);
  return available < wanted ? waiting(`${available} of ${wanted} pods are ready`) : ready;
}

function daemonSet(live: Manifest): Readiness {
  if (!isObserved(live)) return waiting("the controller has not seen the change yet");
  const wanted = count(live, "desiredNumberScheduled");
  const [updated, available] = [count(live, "updatedNumberScheduled"), count(live, "numberAvailable")];
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are new`);
  return available < wanted ? waiting(`${available} of ${wanted} pods are ready`) : ready;
}

function service(live: Manifest): Readiness {
  if (specOf(live)["type"] !== "LoadBalancer") return ready;
  const { ingress = [] } = (statusOf(live)["loadBalancer"] ?? {}) as { ingress?: { ip?: string }[] };
  const wanted = (live.metadata["annotations"] as Record<string, string> | undefined)?.[addressAnnotation];
  if (wanted !== undefined && !ingress.some(({ ip }) => ip === wanted))
    return waiting(`it has not been given ${wanted} yet`);
  return ingress.length > 0 ? ready : waiting("it has no address yet");
}

/** Until Flagger has made the Service that users come by, nobody is served. How a rollout goes on is not waited for. */
function canary(live: Manifest): Readiness {
  if (!live.apiVersion.startsWith("flagger.app/")) return ready;
  const phase = statusOf(live)["phase"] as string | undefined;
  if (phase === undefined || phase === "")
    return waiting("Flagger has not taken it up yet: does it run in this cluster?");
  return phase === "Initializing" ? waiting("Flagger waits for its pods") : ready;
}

/** The conditions that must hold, where each kind has them. */
const gatewayConditions = {
  GatewayClass: { types: ["Accepted"], of: (live: Manifest) => [conditions(live)] },
  Gateway: { types: ["Accepted", "Programmed"], of: (live: Manifest) => [conditions(live)] },
  HTTPRoute: {
    types: ["Accepted", "ResolvedRefs"],
    of: (live: Manifest) =>
      ((statusOf(live)["parents"] ?? []) as { conditions?: readonly Condition[] }[]).map(
        (parent) => parent.conditions ?? [],
      ),
  },
} as const;

/**
 * A route says for each Gateway that it names whether it was taken.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus
 */
function ofGatewayApi(live: Manifest): Readiness {
  if (!live.apiVersion.startsWith("gateway.networking.k8s.io/")) return ready;
  const { types, of } = gatewayConditions[live.kind as keyof typeof gatewayConditions];
  const generation = (live.metadata["generation"] as number | undefined) ?? 0;
  const lists = of(live);
  const wanted = (specOf(live)["parentRefs"] as unknown[] | undefined)?.length ?? 1;
  if (lists.length < wanted)
    return waiting("no implementation of Gateway API has taken it up yet: does one run in this cluster?");
  for (const type of types)
    for (const list of lists) {
      const found = list.find((condition) => condition.type === type);
      if (found?.status !== "True" || (found.observedGeneration ?? 0) < generation) return waiting(notYet(type, found));
    }
  return ready;
}

function notYet(type: string, condition: Condition | undefined): string {
  const { status, reason, message } = condition ?? {};
  if (status !== "False" && status !== "True") return `it is not ${type} yet`;
  return status === "True"
    ? `${type} is not said of this change yet`
    : `it is not ${type}: ${[reason, message].join(", ")}`;
}

function hasCondition(live: Manifest, type: string): boolean {
  return conditions(live).some((condition) => condition.type === type && condition.status === "True");
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  /** The generation of the object that the condition is said of, where the kind tells. */
  readonly observedGeneration?: number;
}

function conditions(live: Manifest): readonly Condition[] {
  return (statusOf(live)["conditions"] ?? []) as Condition[];
}

function isObserved(live: Manifest): boolean {
  return count(live, "observedGeneration") >= ((live.metadata["generation"] as number | undefined) ?? 0);
}

function count(live: Manifest, field: string): number {
  return (statusOf(live)[field] as number | undefined) ?? 0;
}

function specOf(live: Manifest): Record<string, unknown> {
  return (live["spec"] ?? {}) as Record<string, unknown>;
}

function statusOf(live: Manifest): Record<string, unknown> {
  return (live["status"] ?? {}) as Record<string, unknown>;
}

function waiting(waitingFor: string): Readiness {
  return { waitingFor, isFinal: false };
}
