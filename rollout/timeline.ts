import type { CheckResult } from "./check";

/** What one metric came to at a time. */
export type MetricPoint = Pick<CheckResult, "name" | "value" | "stableValue" | "unit" | "compared">;

/** How a rollout stood at one time. */
export interface TimelinePoint {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly step: number;
  /** Percent of the requests that the new version gets. */
  readonly weight: number;
  /** What the round of checks measured; none if a step began, or the rollout ended. */
  readonly metrics: readonly MetricPoint[];
}

/** The same for people and other programs, with the time as ISO 8601. */
export type TimelineView = Omit<TimelinePoint, "at"> & { readonly at: string };

/** How many points a rollout keeps: a record must stay small however long a rollout takes. */
export const mostPoints = 120;

/**
 * Adds a point. If there are too many, the one goes that leaves the smallest gap, so that those that stay are spread over the
 * whole rollout. The first points of steps stay as long as others can go, because they show when the weight changed.
 *
 * What comparisons have counted is a sum since they began: nothing is lost with the points between two others.
 */
export function extend(timeline: readonly TimelinePoint[] = [], point: TimelinePoint): readonly TimelinePoint[] {
  const all = [...timeline, point];
  if (all.length <= mostPoints) return all;
  const least = dispensable(all);
  return all.filter((_, index) => index !== least);
}

/** A point of the timeline for a round of checks. */
export function pointOf(at: number, step: number, weight: number, checks: readonly CheckResult[]): TimelinePoint {
  const metrics = checks
    .filter(({ kind, value, compared }) => kind === "metric" && (value !== undefined || compared))
    .map(({ name, value, stableValue, unit, compared }) => ({
      name,
      ...(value !== undefined && { value }),
      ...(stableValue !== undefined && { stableValue }),
      ...(unit !== undefined && { unit }),
      ...(compared && { compared }),
    }));
  return { at, step, weight, metrics };
}

/** The index of the point that is missed least; never the first or the last. */
function dispensable(points: readonly TimelinePoint[]): number {
  const inner = points.map((_, index) => index).slice(1, -1);
  const within = inner.filter((index) => points[index]?.step === points[index - 1]?.step);
  const gap = (index: number) => (points[index + 1]?.at ?? 0) - (points[index - 1]?.at ?? 0);
  return (within.length > 0 ? within : inner).reduce((least, index) => (gap(index) < gap(least) ? index : least));
}
