import type { Role } from "../../routers/router";
import type { Count } from "../counters/tally";
import { durationsOfBuckets, type Durations } from "./durations";
import type { Readings } from "./readings";

/** How many requests of stable must have been counted until it is known what is slow. */
const enoughToTell = 100;

/**
 * What a controller has counted.
 *
 * @param period which requests these are, as the end of a sentence.
 * @param count a version's.
 * @param past all of stable's requests that its pods know of.
 * @param history stable's requests of the last hour, where somebody has kept them.
 */
export function countedReadings(
  period: string,
  count: (role: Role) => Count,
  past: Count,
  history?: Readings["history"],
): Readings {
  return {
    period,
    canaryShareOfStable: 0,
    counts: (role) => {
      const { requests, failed } = count(role);
      return Promise.resolve({ requests, failed });
    },
    durations: (role) => Promise.resolve(durationsOf(count(role))),
    usual: () => {
      const { bound, ...durations } = durationsOf(past);
      return Promise.resolve({ ...durations, ...(durations.requests >= enoughToTell && { bound }) });
    },
    ...(history && { history }),
    whyNone: () => Promise.resolve(undefined),
  };
}

function durationsOf({ durations }: Count): Durations {
  return durationsOfBuckets([...durations].map(([upTo, count]) => ({ upTo, count })));
}
