import { UserError } from "../progress/user-error";

/** How many requests a version had, and how many of them failed (or were slow, or whatever is judged). */
export interface Counts {
  /** A whole number, 0 or more. */
  readonly requests: number;
  /** A whole number from 0 to `requests`. */
  readonly errors: number;
}

/** Two intervals as one. */
export function sumOfCounts(one: Counts, other: Counts): Counts {
  return { requests: one.requests + other.requests, errors: one.errors + other.errors };
}

/** What two versions did since the observation before. */
export interface Observation {
  /** Milliseconds since 1970; must not fall. */
  readonly at: number;
  readonly canary: Counts;
  readonly stable: Counts;
  /** The percentage of requests that the canary should get, 0 to 100. */
  readonly weight: number;
  /** The rollout's step; without it a new weight is a new step. */
  readonly step?: number;
  /** The part of "stable's" requests that the canary served, where stable can't be had by itself, 0 to below 1 (0). */
  readonly mixed?: number;
}

/**
 * Refuses what can't be counted: a judge that has read nonsense can't keep its promise.
 *
 * @param last the time of the observation before.
 * @throws UserError for a clock that jumped back, and for counts that can't be.
 */
export function checkObservation({ at, canary, stable, weight, mixed = 0 }: Observation, last: number): void {
  if (!Number.isFinite(at)) throw new UserError(`at is ${at}: pass the time in milliseconds since 1970`);
  if (at < last)
    throw new UserError(`at is ${at}, which is before ${last}: the clock was set back; pass times that never fall`);
  if (!(weight >= 0 && weight <= 100))
    throw new UserError(`weight is ${weight}: pass the percentage of requests for the canary, 0 to 100`);
  if (!(mixed >= 0 && mixed < 1)) throw new UserError(`mixed is ${mixed}: pass a part of the requests, 0 to below 1`);
  checkCounts("canary", canary);
  checkCounts("stable", stable);
}

/**
 * @param name what these are the counts of, as the message calls it.
 * @throws UserError
 */
export function checkCounts(name: string, { requests, errors }: Counts): void {
  checkCount(name, "requests", requests);
  checkCount(name, "errors", errors);
  if (errors > requests)
    throw new UserError(
      `${name}.errors is ${errors} of ${requests} requests: pass errors and requests of the same interval and metric`,
    );
}

function checkCount(name: string, key: keyof Counts, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  if (value < 0)
    throw new UserError(
      `${name}.${key} is ${value}: a counter ran backwards; after a restart, pass what it has counted since`,
    );
  throw new UserError(`${name}.${key} is ${value}: pass a whole number of requests`);
}
