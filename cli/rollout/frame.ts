import chalk from "chalk";
import prettyMilliseconds from "pretty-ms";
import type { RolloutState } from "../../rollout/state";
import { viewOf } from "../../rollout/view";
import { checkLine } from "./check-line";

const barWidth = 30;

/** A rollout as a few lines that are redrawn. */
export function frameOf(stack: string, state: RolloutState, doing: string, now: number): string {
  const { from, to, phase, step, steps, weight, failedChecks, threshold, paused, watchedUntil, nextAt, rounds } =
    viewOf(state);
  const filled = Math.round((weight / 100) * barWidth);
  const bar = chalk.green("█".repeat(filled)) + chalk.dim("░".repeat(barWidth - filled));
  const next = nextAt === undefined ? doing || activityWords(state) : `next in ${timeUntil(nextAt, now)}`;
  const checks = rounds.at(-1)?.checks ?? [];
  return [
    "",
    `${chalk.bold(stack)}  ${from} → ${to}  ${chalk.bold(phase)}  step ${step} of ${steps}`,
    `${bar} ${weight}% ${to}   failed rounds ${failedChecks} of ${threshold}   ${next}`,
    ...(watchedUntil === undefined ? [] : [`watched for ${timeUntil(watchedUntil, now)} more; ${from} keeps its pods`]),
    ...(paused === undefined ? [] : [chalk.yellow(`waiting for ${paused}`)]),
    ...checks.map((check) => `  ${checkLine(check)}`),
  ].join("\n");
}

function timeUntil(iso: string, now: number): string {
  return prettyMilliseconds(Math.max(0, Date.parse(iso) - now), { secondsDecimalDigits: 0 });
}

function activityWords({ activity }: RolloutState): string {
  switch (activity.kind) {
    case "update":
      return "updating the stack";
    case "round":
      return "checking";
    case "gate":
      return `asking ${activity.type}`;
    case "settle":
      return "reconciling the stack file and Pulumi with what users get";
    case "post":
      return "announcing the end";
    default:
      return "";
  }
}
