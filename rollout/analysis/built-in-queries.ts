import type { ControllerSeries } from "./controller-series";
import { growth } from "./growth";

/** What marks the requests that failed in {@link requestsQuery}'s answer; the others have no such label. */
export const failedMark = { label: "outcome", value: "failed" } as const;

/** Requests that reached a version in the last seconds: one series for those with 5xx, and one for all others. */
export function requestsQuery({ requests, statusLabel }: ControllerSeries, seconds: number): string {
  const { label, value } = failedMark;
  // Some controllers are set to count statuses by class: 5xx.
  const marked = `label_replace(${growth(requests, seconds)}, "${label}", "${value}", "${statusLabel}", "5..")`;
  return `sum by (${label}) (${marked})`;
}

/** How many requests took at most so many seconds (the label `le`) in the last seconds. */
export function durationsQuery({ durations }: ControllerSeries, seconds: number): string {
  return `sum by (le) (${growth(durations, seconds)})`;
}
