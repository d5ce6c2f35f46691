import type { CheckResult, CheckVerdict } from "../check";
import type { Phase } from "../phase";
import type { TimelineView } from "../timeline";
import type { Drawing } from "./drawing";

/** What a user can make a rollout do from the dashboard. */
export const dashboardActions = ["approve", "pause", "resume", "abort", "retry", "promote"] as const;

/** One of {@link dashboardActions}. */
export type DashboardAction = (typeof dashboardActions)[number];

/** One round of checks, with what it came to. */
export interface RoundView {
  /** When it was made, as ISO 8601. */
  readonly at: string;
  /** The step it was made in, from 1 on, and the canary's percentage in it. */
  readonly step: number;
  readonly weight: number;
  readonly verdict: CheckVerdict;
  readonly checks: readonly CheckResult[];
}

/** A rollout as the dashboard shows it. */
export interface RolloutView {
  readonly id: number;
  /** The version that users had before, and the one on trial. */
  readonly from: string;
  readonly to: string;
  readonly phase: Phase;
  /** Why it ended, where it has. */
  readonly outcome?: string;
  /** When it began and ended, as ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
  /** The step it is in, from 0 (none yet) to `steps`. */
  readonly step: number;
  readonly steps: number;
  /** The canary's percentage of the requests that no rule decides. */
  readonly weight: number;
  /** Why it waits, where it does. */
  readonly paused?: string;
  /** Since when an unfinished rollout has no driver, and why. */
  readonly undriven?: string;
  /** Until when the new version is watched after its promotion, as ISO 8601; nothing before and after that. */
  readonly watchedUntil?: string;
  /** When the next round or step is due, as ISO 8601. */
  readonly nextAt?: string;
  /** The failed rounds so far, and how many of them make it roll back. */
  readonly failedChecks: number;
  readonly threshold: number;
  /** The rounds of checks, the oldest first. */
  readonly rounds: readonly RoundView[];
  /** How it went from its beginning, thinned; the oldest first. */
  readonly timeline: readonly TimelineView[];
  /** What can be done with it now. */
  readonly actions: readonly DashboardAction[];
}

/** How many of the requests of one rule one version served. */
export interface VersionShare {
  readonly version: string;
  /** Shares of the rule's requests, 0 to 1. */
  readonly planned: number;
  readonly measured: number;
  /** The requests that it answered. */
  readonly count: number;
}

/** What the requests of one rule of the plan came to just now. */
export interface SplitView {
  /** The rule in plain English. */
  readonly rule: string;
  readonly versions: readonly VersionShare[];
  /** Requests that nobody answered, or with an error. */
  readonly failures: number;
}

/** Everything that the dashboard shows. */
export interface DashboardData {
  readonly stack: string;
  /** The plan that is up, as sentences, a line each. */
  readonly plan: readonly string[];
  readonly split?: readonly SplitView[];
  /** The rollout under way, or the last one. */
  readonly rollout?: RolloutView;
  /** How it went, drawn. */
  readonly charts?: readonly Drawing[];
  /** Earlier rollouts, the newest first; their timelines are left out, as nothing draws them. */
  readonly history: readonly RolloutView[];
  /** The records of rollouts that can't be read, each with why. */
  readonly unreadable?: readonly string[];
}

/** A stack in the list of all stacks that the dashboard shows. */
export interface StackSummary {
  readonly stack: string;
  /** The rollout under way, or the last one. */
  readonly rollout?: Pick<RolloutView, "from" | "to" | "phase" | "weight">;
  /** Why its data can't be read now. */
  readonly problem?: string;
}

/** The stacks that a dashboard shows, by name; the first one is shown if a page asks for none. */
export type DashboardSources = ReadonlyMap<string, DashboardSource>;

/** The source of the dashboard's data, which carries out its actions too. */
export interface DashboardSource {
  /** The data as of now; asked about once a second while a page is open. */
  read(): Promise<DashboardData>;
  /**
   * Does what a user asked for.
   *
   * @returns what came of it, as a sentence.
   * @throws UserError if it can't be done now.
   */
  act(action: DashboardAction): Promise<string>;
}
