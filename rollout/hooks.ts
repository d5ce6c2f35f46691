import type { Severity, WebhookType } from "../config/rollout-hooks";
import type { CheckResult } from "./check";
import type { Phase } from "./phase";

/** What every webhook and alert is told about the rollout. */
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

/** What a round of webhooks of one type came to. */
export interface HookAnswer {
  /**
   * True where every webhook of the type answered with success; true too where there is none. For `rollback` it is the
   * other way round: true where at least one answered with success, so that a rollback is asked for.
   */
  readonly agreed: boolean;
  /** One result for each webhook. */
  readonly results: readonly CheckResult[];
}

/** Something that happened, for people. */
export interface Notice {
  readonly severity: Severity;
  readonly message: string;
}

/** Calls a stack's webhooks. */
export interface Webhooks {
  /** True where the stack has a webhook of the type. */
  has(type: WebhookType): boolean;
  /** Calls all of a type, side by side; a failing one is an answer, never an error. */
  call(type: WebhookType, situation: Situation, signal: AbortSignal): Promise<HookAnswer>;
  /** Tells the webhooks of type event; nothing comes of a failure but a line on what went wrong. */
  tell(notice: Notice, situation: Situation): Promise<readonly string[]>;
}

/** Tells people what happens. */
export interface Alerts {
  /** Sends to every place whose severity asks for it; gives a line for each that could not be told. */
  send(notice: Notice, situation: Situation): Promise<readonly string[]>;
}
