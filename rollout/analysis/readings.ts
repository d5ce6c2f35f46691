import type { Role } from "./controller-series";
import type { Durations } from "./durations";

/** A version's requests, and how many of them failed: by a status of 5xx, or without any answer. */
export interface Counts {
  readonly requests: number;
  readonly failed: number;
}

/** What was measured of a subject's versions, by Prometheus or by requests of Sluice's own. */
export interface Readings {
  /** Which requests these are, as the end of a sentence: `in the last 10s`. */
  readonly period: string;
  /** The part of "stable's" requests that the canary served, from 0 to below 1, where stable can't be had by itself. */
  readonly canaryShareOfStable: number;
  /** @throws UserError where they can't be had. */
  counts(role: Role): Promise<Counts>;
  /** @throws UserError where they can't be had. */
  durations(role: Role): Promise<Durations>;
  /**
   * How long stable's requests usually take, by more of them than these, with a bound above which they are slow; without it if
   * they are too few to tell. Left out where only these were measured: then what is above their 99th percentile is slow.
   */
  usual?(): Promise<Durations>;
  /** Stable's requests before the rollout; left out where nobody has counted them. @throws UserError where they can't be had. */
  history?(): Promise<Counts>;
  /** Why requests may be missing although users sent some; as a sentence that goes on after a semicolon. */
  whyNone(role: Role): Promise<string | undefined>;
}
