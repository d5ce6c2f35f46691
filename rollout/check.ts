/**
 * What one check says: `passed` and `failed` judge the canary; `no data` is too little to tell yet, and `inconclusive`
 * a check that could not be made at all. The last two are neither a success nor a failure.
 */
export type CheckVerdict = "passed" | "failed" | "no data" | "inconclusive";

/** One check of a round, with what was found. */
export interface CheckResult {
  /** The metric's or webhook's name. */
  readonly name: string;
  readonly kind: "metric" | "webhook" | "split" | "pods";
  readonly verdict: CheckVerdict;
  /** The value, where there is one. */
  readonly value?: number;
  /** What it is counted in: `%`, `ms`. */
  readonly unit?: string;
  /** What the value may be, in words: `at least 99%`. */
  readonly allowed?: string;
  /** A sentence for people: `request-success-rate is 93.2%: it must be at least 99%`. */
  readonly message: string;
}

/** What a round of checks comes to: one failure fails it, and it passes where every check does. */
export function judgeRound(checks: readonly CheckResult[]): CheckVerdict {
  const order: CheckVerdict[] = ["failed", "inconclusive", "no data"];
  return order.find((verdict) => checks.some((check) => check.verdict === verdict)) ?? "passed";
}
