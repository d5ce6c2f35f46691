import { setTimeout as sleep } from "node:timers/promises";
import type { StackConfig } from "../../config";
import type { Cluster } from "../../engine/engine";
import type { Place } from "../../probe/ask-plan";
import type { CheckResult } from "../../rollout/check";
import type { Updated } from "../../rollout/ports";
import { explainShares, percent } from "../../traffic/explain";
import type { PlanVerdict, RuleVerdict } from "../../traffic/verdict";
import { measureSplit, settleSeconds } from "../verify-split";

/** Milliseconds in which requests may still fail after a plan was applied. */
const failureMilliseconds = 3000;

/**
 * Measures that users get what a plan says. Whether a version's answers are errors is another question, which the checks
 * ask: here they count as its answers. Requests that no version answers at all are told after a few seconds, a split that
 * is not as planned after half a minute, as a controller takes some time to take a plan up.
 */
export async function measurePlan(
  cluster: Cluster,
  config: StackConfig,
  place: Place,
  requests: number,
  signal: AbortSignal,
): Promise<Updated> {
  const began = Date.now();
  let sent = 0;
  for (;;) {
    const verdict = await measureSplit(cluster, config, place, requests, signal, { errorsToo: true });
    sent += rulesOf(verdict).reduce((sum, rule) => sum + rule.requests, 0);
    const spent = Date.now() - began;
    const isLost = rulesOf(verdict).some(({ failures }) => Object.keys(failures).length > 0);
    const isPatient = spent < (isLost ? failureMilliseconds : settleSeconds * 1000);
    if (verdict.asPlanned || !isPatient) return { asPlanned: verdict.asPlanned, checks: [checkOf(verdict)], sent };
    await sleep(300, undefined, { signal });
  }
}

function rulesOf({ rules, ...plain }: PlanVerdict): RuleVerdict[] {
  return [{ rule: "no rule", ...plain }, ...rules];
}

function checkOf(verdict: PlanVerdict): CheckResult {
  const base = { name: "split", kind: "split" } as const;
  if (verdict.asPlanned) {
    const planned = Object.fromEntries(verdict.versions.map(({ version, planned }) => [version, planned]));
    return { ...base, verdict: "passed", message: `requests are served as planned: ${explainShares(planned)}` };
  }
  const complaints = rulesOf(verdict)
    .filter(({ asPlanned }) => !asPlanned)
    .map(({ rule, requests, versions, failures }) => {
      const shares = versions.map(
        ({ version, count, planned }) => `${count} on ${version} (planned ${percent(planned)})`,
      );
      const lost = Object.entries(failures).map(([answer, count]) => `${count} without a version's answer: ${answer}`);
      return `${rule}: of ${requests} requests ${[...shares, ...lost].join(", ")}`;
    });
  return { ...base, verdict: "failed", message: complaints.join("; ") };
}
