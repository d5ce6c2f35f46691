import type { Tally } from "./tally";

/** A second's worth of requests that are answered. */
export interface Round {
  /** When the last answer came, in milliseconds of a clock that never goes back. */
  readonly ended: number;
  /** What the requests for each rule came to, in the order of the plan's rules. */
  readonly tallies: readonly Tally[];
}

/**
 * The rounds that a window still holds: at most one for each of its seconds, and none that ended before it began. A
 * round ends some milliseconds earlier or later than a second after the last one, so one second is allowed for.
 *
 * @param rounds those that ended first come first.
 * @param seconds the window's length.
 * @param now on the clock of {@link Round.ended}.
 */
export function slide(rounds: readonly Round[], seconds: number, now: number): readonly Round[] {
  return rounds.filter(({ ended }) => ended > now - (seconds + 1) * 1000).slice(-seconds);
}
