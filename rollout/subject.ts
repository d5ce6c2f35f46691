import type { Application } from "../kubernetes/application";
import type { CheckResult } from "./check";
import type { Past } from "./predecessor";
import type { Place } from "../probe/ask-plan";
import type { VersionConfig } from "../config/versions";
import type { TrafficPlan } from "../traffic/plan";

/** What is looked at in a round of checks: a canary beside stable, under the plan of the step. */
export interface Subject {
  readonly stack: string;
  readonly namespace: string;
  readonly workload: string;
  /** The application's own objects, if the stack releases one. */
  readonly application?: Application;
  /** The version on trial: the canary, or the idle color. */
  readonly canary: string;
  /** The version that users had before. */
  readonly stable: string;
  /** The plan that is up, by which requests reach the canary. */
  readonly plan: TrafficPlan;
  /** The stack's versions, by whose answers requests are told apart. */
  readonly versions: Readonly<Record<string, Pick<VersionConfig, "answer">>>;
  /** The stack's address; nothing if nobody can send requests to it. */
  readonly place?: Place;
  /** What reads the routes, whose metrics are asked; nothing behind a Service alone. */
  readonly controller?: "ingress-nginx" | "traefik" | "existing";
  /**
   * What was counted of stable by the metric's name, once the canary has taken its place: nobody is sent to stable any more,
   * and its requests are the canary's.
   */
  readonly predecessor?: Readonly<Record<string, Past>>;
  /** When the step began, as milliseconds since 1970: nothing before it counts. */
  readonly since: number;
}

/** Judges a canary by metrics. */
export interface Analyst {
  /**
   * Tries what can be tried before anything changes: that Prometheus answers, and takes every query, and that the
   * controller's counters can be read.
   *
   * @throws ConfigError for queries that Prometheus rejects, and for metrics that can't be had of this stack; UserError
   * where one of them can't be asked.
   */
  prepare(subject: Omit<Subject, "since">, signal: AbortSignal): Promise<void>;
  /**
   * Looks at the canary between two rounds, about once a second, if a metric allows that.
   *
   * @returns why it is shown to be worse than allowed, if it is and no round has said so yet.
   * @throws UserError if it can't be looked at.
   */
  alarm(subject: Omit<Subject, "place">, signal: AbortSignal): Promise<string | undefined>;
  /** Tells of requests that Sluice has sent to the stack, which say nothing of users. */
  expectOwn(requests: number): void;
  /** One round; what can't be evaluated is a result, never an error. */
  check(subject: Subject, signal: AbortSignal): Promise<readonly CheckResult[]>;
}
