import chalk from "chalk";
import Table from "cli-table3";
import type { Change, ChangeKind, Preview } from "../engine/engine";
import type { ListedException } from "../engine/policy/exceptions";
import { describeViolation, mandatoryOf, type Violation } from "../engine/policy/violation";
import { trafficDiff } from "../traffic/diff";
import { percent } from "../traffic/explain";
import type { PlanVerdict, RuleVerdict } from "../traffic/verdict";
import type { ComparisonResult } from "./migrate/compare";

/** A preview for people: the traffic before and after in plain English, the changes, and their detail. */
export function showPreview(
  stack: string,
  { trafficBefore, trafficAfter, warnings, violations, changes, unchanged, diff }: Preview,
): string {
  const traffic = trafficDiff(trafficBefore ?? ["the stack is not up"], trafficAfter);
  return [
    chalk.bold(`Traffic of ${stack}`),
    ...traffic.map((line) => colorOf(line)(`  ${line}`)),
    ...warnings.map((line) => chalk.yellow(`  warning: ${line}`)),
    ...(violations.length > 0 ? ["", showViolations(violations)] : []),
    "",
    chalk.bold(`Objects: ${summarizeChanges(changes, unchanged)}`),
    ...diff.split("\n").map((line) => (line === "" ? line : `  ${colorOf(line)(line)}`)),
  ].join("\n");
}

/** What the policies say, those that refuse first. */
export function showViolations(violations: readonly Violation[]): string {
  const mandatory = mandatoryOf(violations);
  const advisory = violations.filter((violation) => !mandatory.includes(violation));
  return [
    chalk.bold(`Policies: ${mandatory.length} refuse, ${advisory.length} advise`),
    ...mandatory.map((violation) => chalk.red(`  ✗ ${describeViolation(violation)}`)),
    ...advisory.map((violation) => chalk.yellow(`  ! ${describeViolation(violation)}`)),
  ].join("\n");
}

/** What policies let pass, a row each. */
export function showExceptions(exceptions: readonly ListedException[]): string {
  if (exceptions.length === 0) return "no exceptions";
  const table = new Table({
    head: ["until", "policy", "objects", "owner", "reason"],
    style: { head: [], border: [] },
  });
  for (const { until, policy, namespace, name, only, owner, reason, isInForce } of exceptions) {
    const objects = [namespace ?? "the stack", ...(name === undefined ? [] : [name])].join("/");
    const part = only ? ` (${only.join(", ")})` : "";
    table.push([isInForce ? until : chalk.red(`ended ${until}`), policy, `${objects}${part}`, owner, reason]);
  }
  return table.toString();
}

/** `3 to create, 1 to update, 30 unchanged`. */
export function summarizeChanges(changes: readonly Change[], unchanged: number): string {
  const kinds: ChangeKind[] = ["create", "update", "replace", "delete"];
  const counted = kinds.map((kind) => [changes.filter((change) => change.kind === kind).length, `to ${kind}`] as const);
  return [...counted, [unchanged, "unchanged"] as const]
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
}

/** The counted requests beside what the plan says, those that no rule decides first. */
export function showVerdict({ rules, ...plain }: PlanVerdict): string {
  const table = new Table({
    head: [
      ...(rules.length > 0 ? ["rule"] : []),
      ...["version", "planned", "requests", "measured", "99.9% interval", ""],
    ],
    style: { head: [], border: [] },
  });
  const all: RuleVerdict[] = [{ rule: "no rule", ...plain }, ...rules];
  for (const { rule, requests, versions } of all)
    for (const { version, planned, count, interval, asPlanned } of versions)
      table.push([
        ...(rules.length > 0 ? [rule] : []),
        version,
        percent(planned),
        `${count} of ${requests}`,
        percent(count / requests),
        `${interval.lowest} to ${interval.highest}`,
        asPlanned ? chalk.green("as planned") : chalk.red("not as planned"),
      ]);
  const failures = all.flatMap(({ rule, failures }) =>
    Object.entries(failures).map(([answer, count]) =>
      chalk.red(`${count} requests failed${rules.length > 0 ? ` (${rule})` : ""}: ${answer}`),
    ),
  );
  return [table.toString(), ...failures].join("\n");
}

/** What two routers answered to the same requests. */
export function showComparison({ compared, differences, splits }: ComparisonResult): string {
  const shown = differences
    .slice(0, 20)
    .map(
      ({ title, old, next, planned }) =>
        `  ${title}\n    planned: ${planned}; the current router: ${old}; the new one: ${next}`,
    );
  const more = differences.length - shown.length;
  return [
    chalk.bold(
      `Compared: ${compared} requests, ${differences.length === 0 ? "answered alike" : `${differences.length} answered differently`}`,
    ),
    ...shown.map((line) => chalk.red(line)),
    ...(more > 0 ? [`  … and ${more} more`] : []),
    "the current router:",
    showVerdict(splits.old),
    "the new one:",
    showVerdict(splits.next),
  ].join("\n");
}

function colorOf(line: string): (text: string) => string {
  const mark = line.trimStart()[0];
  if (mark === "+") return chalk.green;
  if (mark === "-") return chalk.red;
  return mark === "~" ? chalk.yellow : (text) => text;
}
