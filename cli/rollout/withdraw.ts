import type { ClusterApi } from "../../cluster/api";
import { failureKind } from "../../cluster/errors";
import type { StackConfig } from "../../config";
import { hasEncrypted } from "../../values/encrypted";
import type { RolloutState } from "../../rollout/state";
import { podPatches, withdrawPatches } from "../../routers";
import type { RoutePatch } from "../../routers/router";
import { sendPatches } from "../route-patches";
import { isReady } from "../../preflight/pod-status";
import { podsOf } from "./version-pods";

/** What takes users off a rollout's canary by patches alone. */
export interface Withdrawal {
  readonly patches: readonly RoutePatch[];
  /** True if an update of the stack must do the rest. */
  readonly needsUpdate: boolean;
}

/**
 * The rollback of a rollout by patches.
 *
 * @param config the stack as everybody gets the previous version.
 */
export function withdrawalOf(config: StackConfig, { phase }: Pick<RolloutState, "phase">): Withdrawal {
  const { plan } = config;
  const routes = withdrawPatches(config, plan);
  if (plan.strategy !== "replicaRatio") return { patches: routes, needsUpdate: false };
  // The record has no secrets, and they belong to the template that a StatefulSet gets back.
  const pods = plan.ordinals && hasEncrypted(config.versions) ? undefined : podPatches(config, plan);
  // A promotion updates stable's pods: a Service that is narrowed to them could have none.
  if (phase === "Promoting") return { patches: (plan.ordinals && pods) ?? [], needsUpdate: true };
  return { patches: [...routes, ...(pods ?? [])], needsUpdate: !pods };
}

/** Sends the patches of a withdrawal; afterwards no pod of the canary keeps others from being updated. */
export async function withdrawUsers(api: ClusterApi, config: StackConfig, { patches }: Withdrawal): Promise<void> {
  await sendPatches(api, patches);
  const { plan } = config;
  if (plan.strategy !== "replicaRatio" || !plan.ordinals || !plan.canary) return;
  // Users are not on these pods: a missing right must not hold up the rollback.
  await deleteBroken(api, config, plan.canary.version).catch(unlessForbidden);
}

/**
 * Deletes pods of a StatefulSet that are not ready: Kubernetes would wait for them before it updates another one.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
async function deleteBroken(api: ClusterApi, config: StackConfig, version: string): Promise<void> {
  const broken = (await podsOf(api, config, version)).filter((pod) => !isReady(pod));
  for (const { metadata } of broken) {
    const reference = { apiVersion: "v1", kind: "Pod", namespace: config.namespace, name: metadata?.name ?? "" };
    await api.objects.remove(reference, metadata?.uid);
  }
}

function unlessForbidden(error: unknown): void {
  if (failureKind(error) !== "forbidden") throw error;
}
