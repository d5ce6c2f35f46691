import type { WebhookType } from "../config/rollout-hooks";
import type { Place } from "../probe/ask-plan";
import type { CheckResult, CheckVerdict } from "./check";
import type { Notice } from "./hooks";
import type { Phase } from "./phase";
import { weightOf, type RolloutSpec, type Routing } from "./spec";
import type { TimelinePoint } from "./timeline";

/** The webhooks that hold a rollout until they agree. */
export type Gate = Extract<WebhookType, "confirm-rollout" | "confirm-traffic-increase" | "confirm-promotion">;

/** How a rollout ends once users get what an update brings them. */
export interface Ending {
  readonly phase: Extract<Phase, "Succeeded" | "Failed">;
  /** Why, as a sentence. */
  readonly outcome: string;
}

/**
 * What a rollout does next. Each may be begun again if a driver was killed in the middle of it: an update that went
 * through changes nothing the second time, and a round of checks is only ever counted once its result is stored.
 */
export type Activity =
  /** Routes users as a routing says, and measures the split; with an ending, the rollout is over then. */
  | { readonly kind: "update"; readonly routing: Routing; readonly attempt: number; readonly ending?: Ending }
  /** Asks the webhooks that may hold it. */
  | { readonly kind: "gate"; readonly type: Gate }
  /** One round of checks: webhooks and metrics; before the first step the pre-rollout webhooks alone. */
  | { readonly kind: "round"; readonly type: "pre-rollout" | "rollout" }
  /** Waits until a time, in milliseconds since 1970. */
  | { readonly kind: "sleep"; readonly until: number; readonly next: Activity }
  /**
   * Has the stack's file say what users get, and if that was brought by patches, Pulumi too. Users have it already, so that
   * this may fail.
   */
  | { readonly kind: "settle"; readonly attempt: number; readonly needsUpdate: boolean }
  /** Tells the webhooks that it is over. */
  | { readonly kind: "post" }
  | { readonly kind: "done" };

/** One round of checks, as the history keeps it. */
export interface Round {
  readonly at: number;
  readonly step: number;
  readonly weight: number;
  readonly verdict: CheckVerdict;
  readonly checks: readonly CheckResult[];
}

/** The watch over the new version after its promotion. */
export interface Bake {
  /** When it ends, in milliseconds since 1970. */
  readonly until: number;
  /** True if the promotion was made by patches, of which Pulumi is told at the end. */
  readonly needsUpdate: boolean;
}

/** All that must be known to go on with a rollout; times in milliseconds since 1970. */
export interface RolloutState {
  /** Counts the stack's rollouts, from 1. */
  readonly id: number;
  readonly spec: RolloutSpec;
  readonly phase: Phase;
  readonly activity: Activity;
  /** The step that is up, 0 before the first. */
  readonly step: number;
  /** What users got by the last update that was measured; nothing before the first. */
  readonly served?: Routing;
  /** The stack's address; nothing until it is known. */
  readonly place?: Place;
  /** Rounds in a row that passed in this step. */
  readonly passes: number;
  /** Rounds that failed, over all steps. */
  readonly failedChecks: number;
  /** Rounds in a row that could not be judged. */
  readonly inconclusive: number;
  /** When this step began. */
  readonly stepSince: number;
  /** When it last made progress, or waited for something that isn't its fault. */
  readonly progressAt: number;
  /** True once somebody has approved this step. */
  readonly approved: boolean;
  /** True if a user asked for the promotion after one round of checks at the last step. */
  readonly hurried: boolean;
  /** Who has paused it. */
  readonly pausedBy?: string;
  /** Why it does not go on right now, in plain English. */
  readonly waitingFor?: string;
  /** Why it ended, or is about to. */
  readonly outcome?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** The watch after the promotion, once it has begun. */
  readonly bake?: Bake;
  /** The last rounds of checks, the oldest first. */
  readonly rounds: readonly Round[];
  /** How it went from its beginning, thinned; records of earlier versions have none. */
  readonly timeline?: readonly TimelinePoint[];
}

/** What a person may ask of a running rollout. */
export const commands = ["approve", "pause", "resume", "abort", "promote"] as const;
/** One of {@link commands}. */
export type RolloutCommand = (typeof commands)[number];

/** What happened; `at` in milliseconds since 1970. */
export type RolloutEvent = { readonly at: number } & (
  | {
      readonly kind: "updated";
      readonly asPlanned: boolean;
      readonly checks: readonly CheckResult[];
      /** When it was applied, before it was measured; `at` if it is left out. */
      readonly appliedAt?: number;
      /** True if routes were patched, of which Pulumi has not heard. */
      readonly isPatched?: boolean;
      readonly place?: Place;
    }
  /** `refused` changed nothing; `unreachable` may be tried again. */
  | {
      readonly kind: "updateFailed";
      readonly cause: "unreachable" | "refused" | "failed";
      readonly message: string;
    }
  | { readonly kind: "answered"; readonly agreed: boolean; readonly message: string }
  | {
      readonly kind: "checked";
      /** When the round began. */
      readonly since: number;
      readonly checks: readonly CheckResult[];
      /** The webhook that asks for a rollback, and why. */
      readonly rollback?: string;
    }
  | { readonly kind: "woke" }
  | { readonly kind: "commanded"; readonly command: RolloutCommand; readonly by: string }
  | { readonly kind: "crashed"; readonly message: string }
  /** The canary is shown to be worse than allowed, between two rounds. */
  | { readonly kind: "alarmed" }
  | { readonly kind: "overdue" }
  /** The stack's file or Pulumi do not say what users get, and why; nothing if they do. */
  | { readonly kind: "settled"; readonly trouble?: string }
  | { readonly kind: "posted" }
);

/** The next state after an event, and the messages for people. */
export interface Advance {
  readonly state: RolloutState;
  readonly notices: readonly Notice[];
}

/** Percent of the requests that no rule decides which the new version gets. */
export function newVersionWeight({ spec, served }: Pick<RolloutState, "spec" | "served">): number {
  if (!served) return 0;
  return served.kind === "promoted" ? 100 : weightOf(spec, served);
}

/** True if nothing more is to be done. */
export function isEnded({ activity }: RolloutState): boolean {
  return activity.kind === "done";
}

/** What it does, or will do once it has slept. */
function coming({ activity }: RolloutState): Activity {
  return activity.kind === "sleep" ? activity.next : activity;
}

/** True while an update is to bring the end, from the first try to the last. */
export function isBringingEnd(state: RolloutState): boolean {
  const next = coming(state);
  return next.kind === "update" && next.ending !== undefined;
}

/** True from where a rollout has decided how it ends. */
export function isEnding(state: RolloutState): boolean {
  return state.phase === "Succeeded" || state.phase === "Failed" || isBringingEnd(state);
}

/** True while all users are on their way back to the version from before. */
export function isGoingBack(state: RolloutState): boolean {
  const next = coming(state);
  return next.kind === "update" && next.routing.kind === "stable";
}

/** When a rollout that makes no progress is given up; nothing if it is about to end anyway, as in its bake. */
export function deadlineOf(state: RolloutState): number | undefined {
  return isEnding(state) || state.phase === "Baking" ? undefined : state.progressAt + state.spec.progressDeadline;
}
