import type { MetricConfig } from "../../config/rollout-metrics";
import { judgeRound, type CheckResult } from "../check";
import type { Subject } from "../subject";
import { comparisonWords } from "./comparison";
import { allowedWords, judgeThreshold, type Finding, type Value } from "./threshold";
import type { Role } from "./controller-series";
import type { Readings } from "./readings";

/** What is said of a result apart from its verdict and message. */
type Described = Pick<CheckResult, "value" | "stableValue" | "unit" | "allowed" | "compared">;

/**
 * Judges a built-in metric by its threshold, its comparison with stable, or both, of which the worse counts.
 *
 * @param round what the threshold is for.
 * @param comparing compares with stable, if that is asked for.
 * @throws UserError where there are no readings to judge by.
 */
export async function judgeBuiltIn(
  metric: MetricConfig,
  subject: Pick<Subject, "canary" | "stable" | "predecessor">,
  round: Readings,
  comparing: (() => Promise<Finding>) | undefined,
): Promise<CheckResult> {
  const { name, thresholdRange, compare } = metric;
  const isRate = name === "request-success-rate";
  const unit = isRate ? "%" : "ms";
  const value = await (isRate ? successRate(round) : duration(round, "canary"));
  // For people to look at: the canary is judged without stable's value, too.
  const isBeside = !isRate && compare && !subject.predecessor;
  const beside = isBeside ? await duration(round, "stable").catch(() => undefined) : undefined;
  const findings: Finding[] = comparing ? [await comparing()] : [];
  const compared = findings[0]?.compared;
  // A comparison that has seen enough needs no request in this round.
  const isDone = !thresholdRange && findings.some(({ verdict }) => verdict === "passed");
  if (value && thresholdRange) findings.unshift(judgeThreshold(name, value, thresholdRange));
  else if (!value && !isDone)
    findings.unshift({ verdict: "no data", message: await noRequests(round, subject.canary) });
  const allowed = [
    ...(thresholdRange ? [allowedWords(thresholdRange, unit)] : []),
    ...(compare ? [comparisonWords(compare, isRate ? "failed" : "slow", subject.stable)] : []),
  ].join(", ");
  return resultOf(
    name,
    {
      ...(value && { value: value.value }),
      ...(beside && { stableValue: beside.value }),
      unit,
      allowed,
      ...(compared && { compared }),
    },
    findings,
  );
}

/** Judges the one number that a query gave; nothing where it gave none. What was divided by 0 tells as little. */
export function judgeNumber(metric: MetricConfig, value: number | undefined, seconds: number): CheckResult {
  const { name, thresholdRange = {} } = metric;
  const isKnown = value !== undefined && Number.isFinite(value);
  const source = metric.web ? new URL(metric.web.url).host : "Prometheus";
  const what = value === undefined ? "no value" : `no finite value (${value})`;
  const finding: Finding = isKnown
    ? judgeThreshold(name, { value, unit: "" }, thresholdRange)
    : { verdict: "no data", message: `${source} has ${what} for ${name} in the last ${seconds}s: cannot tell yet` };
  return resultOf(name, { ...(isKnown && { value }), allowed: allowedWords(thresholdRange, "") }, [finding]);
}

/** The worst finding's verdict, with all that was found so. */
export function resultOf(name: string, described: Described, findings: readonly Finding[]): CheckResult {
  const verdict = judgeRound(findings.map((finding) => ({ name, kind: "metric", ...finding })));
  const messages = findings.filter((finding) => finding.verdict === verdict).map(({ message }) => message);
  return { name, kind: "metric", verdict, ...described, message: messages.join("; ") };
}

async function successRate(readings: Readings): Promise<Value | undefined> {
  const { requests, failed } = await readings.counts("canary");
  return requests > 0 ? { value: 100 * (1 - Math.min(failed, requests) / requests), unit: "%" } : undefined;
}

async function duration(readings: Readings, role: Role): Promise<Value | undefined> {
  const { p99 } = await readings.durations(role);
  return p99 && { value: p99.milliseconds, unit: "ms", isMore: p99.isMore };
}

async function noRequests(readings: Readings, canary: string): Promise<string> {
  const why = await readings.whyNone("canary");
  return `no requests reached ${canary} ${readings.period}: cannot tell yet${why === undefined ? "" : `; ${why}`}`;
}
