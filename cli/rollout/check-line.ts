import chalk from "chalk";
import type { CheckResult } from "../../rollout/check";

const marks = {
  passed: chalk.green("✓"),
  failed: chalk.red("✗"),
  "no data": chalk.yellow("?"),
  inconclusive: chalk.yellow("?"),
};

/** `✓ request-success-rate is 100%: at least 99%`. */
export function checkLine({ verdict, message }: CheckResult): string {
  return `${marks[verdict]} ${message}`;
}
