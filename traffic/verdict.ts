import { binomialInterval, type CountInterval } from "./interval";
import type { Shares } from "./shares";

/** One version's part of the counted requests beside what the plan says. */
export interface VersionCount {
  readonly version: string;
  readonly count: number;
  /** From 0 to 1. */
  readonly planned: number;
  readonly interval: CountInterval;
  readonly asPlanned: boolean;
}

/** The verdict of counted requests on a plan. */
export interface Verdict {
  readonly requests: number;
  readonly versions: readonly VersionCount[];
  /** Requests that no version answered: errors, other statuses, unknown bodies; by what came back instead. */
  readonly failures: Readonly<Record<string, number>>;
  /** True if every version's count lies in its interval and no request failed. */
  readonly asPlanned: boolean;
}

/** The verdict of counted requests on one rule of a plan. */
export interface RuleVerdict extends Verdict {
  /** The rule in plain English. */
  readonly rule: string;
}

/** The verdict on a whole plan: on the requests that no rule decides, and on each rule. */
export interface PlanVerdict extends Verdict {
  readonly rules: readonly RuleVerdict[];
}

/** A plan is served as planned if all of its rules are. */
export function judgePlan(plain: Verdict, rules: readonly RuleVerdict[]): PlanVerdict {
  return { ...plain, rules, asPlanned: [plain, ...rules].every(({ asPlanned }) => asPlanned) };
}

/**
 * Compares the counted requests with the planned shares.
 *
 * @param counts answered requests by version; a version that the plan does not name has a planned share of 0.
 * @param failures requests without a version's answer, by what came back.
 */
export function judgeSplit(
  shares: Shares,
  counts: Readonly<Record<string, number>>,
  failures: Readonly<Record<string, number>> = {},
): Verdict {
  const requests = sum(counts) + sum(failures);
  const versions = [...new Set([...Object.keys(shares), ...Object.keys(counts)])].map((version) => {
    const planned = shares[version] ?? 0;
    const count = counts[version] ?? 0;
    const interval = binomialInterval(requests, planned);
    return { version, count, planned, interval, asPlanned: count >= interval.lowest && count <= interval.highest };
  });
  const asPlanned = requests > 0 && sum(failures) === 0 && versions.every((version) => version.asPlanned);
  return { requests, versions, failures, asPlanned };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
