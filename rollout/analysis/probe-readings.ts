import { limits, type ProbeAnswer } from "../../probe/send-requests";
import type { Role } from "./controller-series";
import { durationsOfTimes } from "./durations";
import type { Readings } from "./readings";

/** What came back in one round of a probe, or in several, by the version that was asked. */
export interface ProbeAnswers extends Readonly<Record<Role, readonly ProbeAnswer[]>> {
  readonly canaryShareOfStable: number;
  /** The statuses of a good answer; by default those below 500. */
  readonly expect?: readonly number[];
}

/** The first status that counts as failed, as it does in the metrics of a controller. */
const firstFailure = 500;

/**
 * What requests of Sluice's own came to. One without an answer failed, and took as long as a probe waits at most.
 *
 * @param period which requests these are, as the end of a sentence.
 */
export function probeReadings(answers: ProbeAnswers, period: string): Readings {
  return {
    period,
    canaryShareOfStable: answers.canaryShareOfStable,
    counts(role) {
      const { expect } = answers;
      const isGood = (status: number) => (expect ? expect.includes(status) : status < firstFailure);
      const failures = answers[role].filter(({ status }) => status === undefined || !isGood(status));
      return Promise.resolve({ requests: count(answers[role]), failed: count(failures) });
    },
    durations(role) {
      const times = answers[role].flatMap(({ status, milliseconds, times: many }) =>
        status === undefined ? new Array<number>(many).fill(limits.timeoutMilliseconds) : milliseconds,
      );
      return Promise.resolve(durationsOfTimes(times));
    },
    whyNone: () => Promise.resolve(undefined),
  };
}

/** How many requests got these answers. */
export function count(answers: readonly ProbeAnswer[]): number {
  return answers.reduce((sum, { times }) => sum + times, 0);
}
