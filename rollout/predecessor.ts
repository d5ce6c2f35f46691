import { sumOfCounts, type Counts } from "../judge";
import type { Compared } from "./check";
import type { TimelinePoint } from "./timeline";

/** A version's requests up to the time when another version replaced it. */
export interface Past extends Counts {
  /** Milliseconds; what takes longer counts as an error. Nothing if errors are failed requests. */
  readonly slowerThan?: number;
}

/** Fewer requests than this don't show an error rate. */
const leastRequests = 100;

/**
 * What a rollout has counted of stable, by the metric's name: what the new version is compared with after its promotion, when
 * nobody is sent to its predecessor any more. Without the metrics of which too little was counted.
 *
 * Each driver counts from 0, and finds out by itself which requests are slow: those of drivers that found another bound are
 * left out.
 */
export function pastOf(timeline: readonly TimelinePoint[] = []): Readonly<Record<string, Past>> {
  const names = [...new Set(timeline.flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
  const known = names.flatMap((name) => {
    const past = pastIn(timeline.flatMap(({ metrics }) => metrics.find((one) => one.name === name)?.compared ?? []));
    return past && past.requests >= leastRequests ? [[name, past] as const] : [];
  });
  return Object.fromEntries(known);
}

function pastIn(all: readonly Compared[]): Past | undefined {
  const ends = all.filter(({ since }, index) => all[index + 1]?.since !== since);
  const slowerThan = ends.findLast(({ stable }) => stable.requests > 0)?.slowerThan;
  const alike = ends.filter((one) => one.slowerThan === slowerThan).map(({ stable }) => stable);
  const sum = alike.reduce<Counts | undefined>((one, other) => (one ? sumOfCounts(one, other) : other), undefined);
  return sum && { ...sum, ...(slowerThan !== undefined && { slowerThan }) };
}
