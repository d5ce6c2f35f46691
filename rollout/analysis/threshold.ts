import type { MetricConfig } from "../../config/rollout-metrics";
import type { CheckVerdict, Compared } from "../check";

/** What a value may be. */
export type ThresholdRange = NonNullable<MetricConfig["thresholdRange"]>;

/** A value, as far as it is known. */
export interface Value {
  readonly value: number;
  /** `%`, `ms`; empty for a query's own number. */
  readonly unit: string;
  /** True where it is more than that by an unknown amount. */
  readonly isMore?: boolean;
}

/** A part of what a metric comes to. */
export interface Finding {
  readonly verdict: CheckVerdict;
  readonly message: string;
  /** What was counted, if it is a comparison's. */
  readonly compared?: Compared;
}

/** `at least 99%`, `at most 500ms`, `from 10 to 20`. */
export function allowedWords({ min, max }: ThresholdRange, unit: string): string {
  if (min !== undefined && max !== undefined) return `from ${min}${unit} to ${max}${unit}`;
  return min !== undefined ? `at least ${min}${unit}` : `at most ${max}${unit}`;
}

/** Holds a metric's value against what it may be. */
export function judgeThreshold(name: string, { value, unit, isMore }: Value, range: ThresholdRange): Finding {
  const { min = -Infinity, max = Infinity } = range;
  const lies = (one: number) => one >= min && one <= max;
  const allowed = allowedWords(range, unit);
  const is = `${name} is ${isMore ? "more than " : ""}${spell(value, lies)}${unit}`;
  const passed: Finding = { verdict: "passed", message: `${is}: ${allowed}` };
  const failed: Finding = { verdict: "failed", message: `${is}: it must be ${allowed}` };
  if (!isMore) return lies(value) ? passed : failed;
  if (value >= max) return failed;
  if (max === Infinity && value >= min) return passed;
  return { verdict: "inconclusive", message: `${is}, which does not tell whether it is ${allowed}` };
}

/** With as few decimals as show on which side of its limits a value lies: 98.996 is no 99. */
function spell(value: number, lies: (value: number) => boolean): string {
  const digits = [1, 2, 3, 4, 5, 6].find((count) => lies(Number(value.toFixed(count))) === lies(value));
  return String(digits === undefined ? value : Number(value.toFixed(digits)));
}
