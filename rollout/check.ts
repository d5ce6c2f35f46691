import type { Counts } from "../judge";

/**
 * What one check says: `passed` and `failed` judge the canary; `no data` is too little to tell yet, and `inconclusive`
 * a check that could not be made at all. The last two are neither a success nor a failure.
 */
export type CheckVerdict = "passed" | "failed" | "no data" | "inconclusive";

/** The counts of a comparison with stable so far, and the evidence. */
export interface Compared {
  /** When it began to count, in milliseconds since 1970: a driver that takes over counts from 0. */
  readonly since: number;
  readonly canary: Counts;
  readonly stable: Counts;
  /** The evidence against the canary, as a part of what is needed to call it broken: 1 is enough. */
  readonly evidence: number;
  /** Milliseconds; requests that take longer are the errors. Nothing if those are failed requests. */
  readonly slowerThan?: number;
}

/** One check of a round, with what was found. */
export interface CheckResult {
  /** The metric's or webhook's name. */
  readonly name: string;
  readonly kind: "metric" | "webhook" | "split" | "pods";
  readonly verdict: CheckVerdict;
  /** The value, if there is one. */
  readonly value?: number;
  /** The same of stable, if the two are compared and stable has users. */
  readonly stableValue?: number;
  /** What it is counted in: `%`, `ms`. */
  readonly unit?: string;
  /** What the value may be, in plain English: `at least 99%`. */
  readonly allowed?: string;
  /** What was counted, if it is compared with stable. */
  readonly compared?: Compared;
  /** A sentence for people: `request-success-rate is 93.2%: it must be at least 99%`. */
  readonly message: string;
}

/** What a round of checks comes to: one failure fails it, and it passes where every check does. */
export function judgeRound(checks: readonly CheckResult[]): CheckVerdict {
  const order: CheckVerdict[] = ["failed", "inconclusive", "no data"];
  return order.find((verdict) => checks.some((check) => check.verdict === verdict)) ?? "passed";
}
