import { failureKind } from "../cluster/errors";
import type { Problem } from "../config/problems";
import { findMissingCertificates } from "./certificates";
import { findSharedClaims } from "./claims";
import type { Check, Findings, Situation } from "./check";
import { clashChecks } from "./clashes";
import { findGatewayProblems } from "./gateway";
import { findLenientArp } from "./kube-proxy";
import { findUnsettledPartitions } from "./partition";
import { findRefusals } from "./refusals";

/** The checks of a cluster before an update. */
const checks: readonly Check[] = [
  findGatewayProblems,
  ...clashChecks,
  findMissingCertificates,
  findSharedClaims,
  findUnsettledPartitions,
  findLenientArp,
  findRefusals,
];

/** Runs all checks at once; a check that the user's account may not make becomes a warning. */
export async function runChecks(situation: Situation): Promise<Required<Findings>> {
  const findings = await Promise.all(checks.map((check) => unlessForbidden(check, situation)));
  return {
    problems: firstOfEach(findings.flatMap(({ problems = [] }) => problems)),
    refusals: findings.flatMap(({ refusals = [] }) => refusals),
    warnings: [...new Set(findings.flatMap(({ warnings = [] }) => warnings))],
  };
}

async function unlessForbidden(check: Check, situation: Situation): Promise<Findings> {
  try {
    return await check(situation);
  } catch (error) {
    if (failureKind(error) !== "forbidden") throw error;
    return { warnings: [`not checked: ${(error as Error).message}`] };
  }
}

/** One problem by key and value is enough to know what to change. */
function firstOfEach(problems: readonly Problem[]): Problem[] {
  const keys = problems.map(({ key, value }) => `${key} ${String(value)}`);
  return problems.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}
