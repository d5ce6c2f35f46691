import type { TrafficValues } from "../record/traffic-values";
import type { HeaderRule } from "../traffic/plan";

/** The rules by which requests reach the canary in a step, weight aside. */
export interface StepRules {
  readonly header?: HeaderRule;
  readonly cookie?: string;
}

/** One step of a rollout: who sees the canary, and for how long. */
export interface RolloutStep {
  /** Percent of the requests that no rule decides which go to the canary, 0 to 100; under a replica ratio, of the pods. */
  readonly weight: number;
  readonly rules: StepRules;
  /** Rounds of checks in a row that must pass, 1 or more. */
  readonly checks: number;
  /** Milliseconds that it lasts at least, or until somebody approves. */
  readonly pause?: number | "approval";
  /** The canary's pods in this step; its version's own number if it is left out. */
  readonly replicas?: number;
}

/** What a rollout leads to, by which steps, and when it gives up. Durations in milliseconds. */
export interface RolloutLayout {
  readonly strategy: "canary" | "blueGreen" | "replicaRatio";
  /** The version that users have before. */
  readonly from: string;
  /** The version that it leads to. */
  readonly to: string;
  readonly steps: readonly RolloutStep[];
  /** The weight that no step exceeds. */
  readonly maxWeight: number;
  readonly interval: number;
  /** How many failed rounds of checks bring the rollback. */
  readonly threshold: number;
  /** How many rounds in a row that can't be judged bring the rollback. */
  readonly inconclusiveLimit: number;
  /** How long it may go without progress. */
  readonly progressDeadline: number;
  /** How long the new version is still judged after its promotion; not at all if it is left out. */
  readonly bake?: number;
  /**
   * The pods that the stack gives the version it leads to, `null` for the default or a StatefulSet's own number; nothing if
   * an autoscaler has the number.
   */
  readonly replicas?: number | null;
  /** The pods that it has before the first step; `replicas` if it is left out. */
  readonly firstReplicas?: number;
  /** The color that the version gets, under blue-green. */
  readonly color?: "blue" | "green";
  /** The version on trial of a rollout that this one replaced: its pods are removed. */
  readonly abandoned?: string;
  /** A digest of what the version runs: another one is another canary. */
  readonly checksum: string;
}

/** A rollout as it was begun: with it the stack is remembered, so that nobody needs the stack's file to go on. */
export interface RolloutSpec extends RolloutLayout {
  /** The stack's config by full key when it was begun. Encrypted values are names of themselves: `[secret]`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What of all that the rollout changes the stack's file said then, by the key's path. */
  readonly before: TrafficValues;
}

/** What users get: each is one plan of the stack. */
export type Routing =
  /** All users get the previous version, and the canary has no pods. */
  | { readonly kind: "stable" }
  /** The canary as a step has it; 0 stands for before the first, when it is up and nobody is sent to it. */
  | { readonly kind: "trial"; readonly step: number }
  /** Stable has the canary's version, while the canary still serves. */
  | { readonly kind: "promotion" }
  /** Everybody gets the new version, as stable, and there is no canary. */
  | { readonly kind: "promoted" };

/** Percent of the requests that no rule decides which the canary gets. */
export function weightOf({ steps }: Pick<RolloutSpec, "steps">, routing: Routing): number {
  if (routing.kind === "trial") return steps[routing.step - 1]?.weight ?? 0;
  return routing.kind === "promotion" ? (steps.at(-1)?.weight ?? 0) : 0;
}
