import chalk from "chalk";
import prettyMilliseconds from "pretty-ms";
import type { Latency } from "../../traffic/latency";
import { fit } from "./layout";
import type { Standing } from "./standing";

/** Characters of a failure that are shown. */
const longestFailure = 160;

/** `1m 5s`. */
export function elapsedInWords(seconds: number): string {
  return seconds < 1 ? "0s" : prettyMilliseconds(Math.floor(seconds) * 1000);
}

/** `p50 2.3 ms`, `p99 41 ms`; nothing if no answer came. */
export function latencyInWords(latency: Latency | undefined): string[] {
  if (!latency) return [];
  return (["p50", "p99"] as const).map((name) => `${name} ${rounded(latency[name])} ms`);
}

/** `3 × ECONNREFUSED`, the most frequent first; without what would move a terminal's cursor, and of bounded length. */
export function failuresInWords(failures: Readonly<Record<string, number>>): string[] {
  return Object.entries(failures)
    .sort(([, left], [, right]) => right - left)
    .map(([answer, count]) => fit(`${count} × ${answer.replace(/[\p{Cc}\s]+/gu, " ").trim()}`, longestFailure));
}

/** The color of a verdict. */
export function colorOf(standing: Standing): (text: string) => string {
  if (standing === "too few") return chalk.yellow;
  return standing === "as planned" ? chalk.green : chalk.red;
}

function rounded(milliseconds: number): number {
  return Number(milliseconds.toFixed(milliseconds < 10 ? 1 : 0));
}
