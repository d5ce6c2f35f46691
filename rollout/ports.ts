import type { Place } from "../probe/ask-plan";
import type { CheckResult } from "./check";
import type { Notice } from "./hooks";
import type { RolloutSpec, Routing } from "./spec";
import type { Gate, RolloutCommand, RolloutState } from "./state";

/** The result of an update, measured by requests. */
export interface Updated {
  readonly asPlanned: boolean;
  /** What was measured; if it is not as planned, why. */
  readonly checks: readonly CheckResult[];
  /** How many requests measured it. */
  readonly sent?: number;
  /** When it was applied, before it was measured, in milliseconds since 1970. */
  readonly appliedAt?: number;
  /** True if routes were patched, of which Pulumi has not heard. */
  readonly isPatched?: boolean;
  /** The stack's address. */
  readonly place?: Place;
}

/** Thrown for an update that failed. */
export class UpdateError extends Error {
  /** @param cause `refused` where nothing was changed, `unreachable` where the cluster did not answer. */
  constructor(
    override readonly cause: "unreachable" | "refused" | "failed",
    message: string,
  ) {
    super(message);
  }
}

/** What a person asked of a running rollout. */
export interface AskedCommand {
  readonly command: RolloutCommand;
  readonly by: string;
}

/** The effects that a driver needs. Every call ends early, and rejects, once its signal is aborted. */
export interface RolloutPorts {
  /**
   * Routes users as a routing says, and measures the split: by patches of the routes if that is enough, else by an
   * update of the stack, with a preview and a check of the policies. A rollback to stable uses patches only.
   *
   * @throws UpdateError if it does not go through.
   */
  update(state: RolloutState, routing: Routing, signal: AbortSignal): Promise<Updated>;
  /** Moves all users off the canary by patches of the routes only; idempotent. */
  withdraw(state: RolloutState, signal: AbortSignal): Promise<void>;
  /**
   * Writes what users get into the stack file, and updates Pulumi's state if needed.
   *
   * @returns why that could not be done, for people; nothing if it was.
   */
  settle(state: RolloutState, needsUpdate: boolean, signal: AbortSignal): Promise<string | undefined>;
  /** One round of checks; what can't be evaluated is a result, never an error. */
  check(
    state: RolloutState,
    type: "pre-rollout" | "rollout",
    signal: AbortSignal,
  ): Promise<{ readonly checks: readonly CheckResult[]; readonly rollback?: string }>;
  /** Asks the webhooks of a gate. */
  ask(
    state: RolloutState,
    gate: Gate,
    signal: AbortSignal,
  ): Promise<{ readonly agreed: boolean; readonly message: string }>;
  /** Calls the webhooks at the end of the rollout. */
  post(state: RolloutState, signal: AbortSignal): Promise<void>;
  /** Sends alerts and calls event webhooks; must not wait for them. */
  tell(notice: Notice, state: RolloutState): void;
  /** Stores a state; waits for a cluster that is away. */
  save(state: RolloutState, signal: AbortSignal): Promise<void>;
  /** What people have asked since the last call. */
  commands(signal: AbortSignal): Promise<readonly AskedCommand[]>;
  /** Why the canary's pods can't run, where they can't; nothing if they do, or nobody can tell. */
  crash(state: RolloutState, signal: AbortSignal): Promise<string | undefined>;
  /** Why the canary is shown to be worse than allowed, if it is and no round of checks has said so yet. */
  alarm(state: RolloutState, signal: AbortSignal): Promise<string | undefined>;
  /** The rollout that should run instead, if the stack has a new version meanwhile. */
  successor(state: RolloutState, signal: AbortSignal): Promise<RolloutSpec | undefined>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits until then. */
  sleepUntil(time: number, signal: AbortSignal): Promise<void>;
}
