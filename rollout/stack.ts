import { parseStackConfig, type StackConfig } from "../config";
import { encrypted, encryptedPaths } from "../values/encrypted";
import { ownValues } from "../config/own-values";
import type { ClusterProfile } from "../cluster/profile";
import { valuesAt, withValues, type RolloutTraffic, type TrafficState } from "../record/traffic";
import { recordedSource } from "../workloads/record";
import type { RolloutLayout, RolloutSpec, Routing } from "./spec";
import type { Activity, RolloutState } from "./state";
import { valuesFor } from "./values";

/** The kubeconfig that a stack may carry is a secret whether it is encrypted or not. */
const kubeconfigKey = "kubernetes:kubeconfig";

/**
 * A rollout with the stack that it is begun on.
 *
 * @param config the stack's config by full key, encrypted values left out, as it is in force.
 * @param file the same as the stack's file has it.
 */
export function withStack(
  layout: RolloutLayout,
  config: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>>,
): RolloutSpec {
  const safe = config[kubeconfigKey] === undefined ? config : { ...config, [kubeconfigKey]: encrypted };
  return { ...layout, config: recordedSource(safe), before: valuesAt(file, pathsOf(layout)) };
}

/** A stack's config by full key, as users get what a routing says. */
export function routedConfig(spec: RolloutSpec, routing: Routing): Readonly<Record<string, unknown>> {
  return withValues(spec.config, valuesFor(spec, routing));
}

/** The same, checked and typed. */
export function routedStack(spec: RolloutSpec, routing: Routing, profile: ClusterProfile | undefined): StackConfig {
  return parseStackConfig(routedConfig(spec, routing), profile);
}

/** What a rollout says of its stack's traffic. */
export function trafficOf(state: RolloutState): RolloutTraffic {
  const { id, spec, outcome } = state;
  const { from, to, before, checksum } = spec;
  const hidden = encryptedPaths((ownValues(spec.config)["versions"] as Record<string, unknown> | undefined)?.[to]);
  return {
    id,
    from,
    to,
    state: trafficState(state),
    ...(outcome !== undefined && { outcome }),
    values: valuesFor(spec, routingOf(state)),
    before,
    checksum,
    ...(hidden.length > 0 && { hidden }),
    // If nothing was applied, the stack file needs no change.
    ...(isOver(state) && !state.served && { isSettled: true }),
  };
}

/** What users get, or are about to. */
export function routingOf({ activity, served }: Pick<RolloutState, "activity" | "served">): Routing {
  const next: Activity = activity.kind === "sleep" ? activity.next : activity;
  return (next.kind === "update" ? next.routing : served) ?? { kind: "trial", step: 0 };
}

function trafficState(state: RolloutState): TrafficState {
  if (!isOver(state)) return "under way";
  if (state.phase === "Succeeded") return "promoted";
  return routingOf(state).kind === "stable" ? "taken back" : "kept";
}

function isOver({ phase, activity }: RolloutState): boolean {
  // A rollout that is rolled back after its end is under way again.
  const next = activity.kind === "sleep" ? activity.next : activity;
  return (phase === "Succeeded" || phase === "Failed") && next.kind !== "update";
}

function pathsOf(layout: RolloutLayout): string[] {
  const routings: Routing[] = [
    { kind: "stable" },
    { kind: "trial", step: 0 },
    { kind: "promotion" },
    { kind: "promoted" },
  ];
  return [...new Set(routings.flatMap((routing) => Object.keys(valuesFor(layout, routing))))];
}
