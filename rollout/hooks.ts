import type { Severity, WebhookType } from "../config/rollout-hooks";
import type { CheckResult } from "./check";
import type { Phase } from "./phase";

/** The rollout's situation, as every webhook and alert gets it. */
export interface Situation {
  readonly stack: string;
  readonly workload: string;
  readonly namespace: string;
  readonly phase: Phase;
  /** The version on trial, and the one that users had before. */
  readonly canary: string;
  readonly stable: string;
  /** Percent of the requests that no rule decides which the canary gets. */
  readonly weight: number;
  /** Stays the same as long as the canary does: Flagger's `checksum`. */
  readonly checksum: string;
}

/** The result of a round of webhooks of one type. */
export interface HookAnswer {
  /**
   * True if every webhook of the type answered with success; true too if there is none. For `rollback` it is the
   * other way round: true if at least one answered with success, so that a rollback is asked for.
   */
  readonly agreed: boolean;
  /** One result for each webhook. */
  readonly results: readonly CheckResult[];
}

/** An event, as people read it. */
export interface Notice {
  readonly severity: Severity;
  readonly message: string;
}

/** Calls a stack's webhooks. */
export interface Webhooks {
  /** True if the stack has a webhook of the type. */
  has(type: WebhookType): boolean;
  /** Calls all of a type, side by side; a failing one is an answer, never an error. */
  call(type: WebhookType, situation: Situation, signal: AbortSignal): Promise<HookAnswer>;
  /** Calls the webhooks of type event; a failure only adds a line on what went wrong. */
  tell(notice: Notice, situation: Situation): Promise<readonly string[]>;
}

/** Sends alerts. */
export interface Alerts {
  /** Sends to every place whose severity asks for it; returns a line for each failure. */
  send(notice: Notice, situation: Situation): Promise<readonly string[]>;
}
