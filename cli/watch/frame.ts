import chalk from "chalk";
import { percent } from "../../traffic/explain";
import type { VersionCount } from "../../traffic/verdict";
import { chartLines } from "../rollout/chart-lines";
import { barOf } from "./bar";
import { fit, flow, wrap } from "./layout";
import type { Picture, WatchedRule } from "./picture";
import { standingInWords } from "./standing";
import { colorOf, elapsedInWords, failuresInWords, latencyInWords } from "./words";

/** How many kinds of failures are shown of a rule. */
const shownFailures = 3;

/** The longest bar, and the shortest that still tells anything. */
const barWidths = { longest: 50, shortest: 4 };

/** The longest name of a version that is shown whole. */
const longestName = 16;

const colors = [chalk.blue, chalk.magenta, chalk.cyan];

/**
 * A picture as lines for a terminal.
 *
 * @param width its columns; no line is longer.
 */
export function frameOf(picture: Picture, width: number): string[] {
  const { stack, address, port, rate, window, elapsed, summary, rules, notes, charts } = picture;
  const head = [
    { text: `Traffic of ${stack}`, color: chalk.bold },
    { text: `at ${address}:${port}` },
    { text: `${rate} requests/s`, color: chalk.dim },
    { text: `the last ${window} s`, color: chalk.dim },
    { text: elapsedInWords(elapsed), color: chalk.dim },
  ];
  return [
    ...flow(head, width),
    ...wrap(`plan: ${summary}`, width),
    ...rules.flatMap((rule) => ["", ...linesOf(rule, port, width)]),
    ...(notes.length > 0 ? [""] : []),
    ...notes.flatMap((note) => wrap(note, width, 2, chalk.yellow)),
    ...charts.flatMap((chart) => ["", ...chartLines(chart, width)]),
  ];
}

function linesOf(watched: WatchedRule, planPort: number, width: number): string[] {
  const { rule, port, verdict, standing, needed, latency } = watched;
  const color = colorOf(standing);
  const head = [
    { text: port === planPort ? rule : `${rule} at port ${port}`, color: chalk.bold },
    { text: standingInWords(standing, needed), color },
    ...latencyInWords(latency).map((text) => ({ text, color: chalk.dim })),
  ];
  const names = verdict.versions.map(({ version }) => version.length);
  const nameWidth = Math.min(longestName, Math.max(0, ...names));
  const failures = failuresInWords(verdict.failures);
  // A line that says "and one more" might as well say which.
  const shown = failures.length === shownFailures + 1 ? failures : failures.slice(0, shownFailures);
  const more = failures.length - shown.length;
  return [
    ...flow(head, width),
    ...verdict.versions.map((version, index) => versionLine(version, verdict.requests, index, nameWidth, width)),
    ...shown.flatMap((text) => wrap(text, width - 2, 2, chalk.red).map((line) => `  ${line}`)),
    ...(more > 0 ? [`  ${chalk.red(`and ${more} other kinds of failures`)}`] : []),
  ];
}

/** `v2  ██┃░░░░░   9.5% of 10%    19`: a bar, the measured share, the planned one, and how many requests. */
function versionLine(
  { version, count, planned, asPlanned }: VersionCount,
  requests: number,
  index: number,
  nameWidth: number,
  width: number,
): string {
  const share = requests > 0 ? count / requests : 0;
  const measured = (requests > 0 ? `${(share * 100).toFixed(1)}%` : "–").padStart(6);
  const numbers = `${measured} of ${percent(planned).padEnd(6)} ${String(count).padStart(5)}`;
  const name = fit(version, nameWidth).padEnd(nameWidth);
  const room = width - 2 - nameWidth - 2 - 1 - numbers.length;
  const bar = room < barWidths.shortest ? "" : barOf(share, planned, Math.min(room, barWidths.longest));
  if (bar === "") return fit(`  ${name} ${numbers}`, width);
  const paint = colors[index % colors.length] ?? chalk.blue;
  return `  ${name}  ${paint(bar)} ${asPlanned || requests === 0 ? numbers : chalk.red(numbers)}`;
}
