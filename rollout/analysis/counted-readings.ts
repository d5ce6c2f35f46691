import type { Role } from "../../routers/router";
import type { Count } from "../counters/tally";
import { durationsOfBuckets, type Durations } from "./durations";
import type { Readings } from "./readings";

/** How many requests of stable must have been counted until it is known what is slow. */
const enoughToTell = 100;

/** How many times stable's 99th percentile is slow: a canary may be a little slower. */
const slowFactor = 2;

/** Milliseconds that are never slow: below that, other work on the same machine makes the difference. */
const leastSlow = 50;

/**
 * What a controller has counted.
 *
 * @param period which requests these are, as the end of a sentence.
 * @param count a version's.
 * @param past all of stable's requests that its pods know of.
 * @param history stable's requests before the rollout.
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
      const { bound: _, ...durations } = durationsOf(past);
      const { requests, p99 } = durations;
      const isKnown = p99 && requests >= enoughToTell;
      return Promise.resolve({ ...durations, ...(isKnown && { bound: slowBound(p99.milliseconds, past) }) });
    },
    ...(history && { history }),
    whyNone: () => Promise.resolve(undefined),
  };
}

/** The bound of the buckets above which requests are slow, in milliseconds. */
function slowBound(p99: number, { durations }: Count): number {
  const bounds = [...durations.keys()].filter(Number.isFinite).map((seconds) => 1000 * seconds);
  const slow = Math.max(leastSlow, slowFactor * p99);
  return Math.min(...bounds.filter((bound) => bound >= slow), Math.max(...bounds));
}

function durationsOf({ durations }: Count): Durations {
  return durationsOfBuckets([...durations].map(([upTo, count]) => ({ upTo, count })));
}
