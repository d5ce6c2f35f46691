import chalk from "chalk";
import Table from "cli-table3";
import { percent } from "../../traffic/explain";
import type { Picture, WatchedRule } from "./picture";
import { standingInWords } from "./standing";
import { colorOf, failuresInWords, latencyInWords } from "./words";

/** A picture as a table, for the end of a watch that looks once. */
export function tableOf({ rules, notes }: Picture): string {
  const table = new Table({
    head: ["version", "planned", "requests", "measured", "99.9% interval"],
    style: { head: [], border: [] },
  });
  for (const rule of rules) {
    table.push([{ colSpan: 5, content: headOf(rule) }]);
    const { requests, versions } = rule.verdict;
    for (const { version, planned, count, interval, asPlanned } of versions) {
      const row = [
        version,
        percent(planned),
        `${count} of ${requests}`,
        requests > 0 ? percent(count / requests) : "–",
        requests > 0 ? `${interval.lowest} to ${interval.highest}` : "–",
      ];
      table.push(asPlanned || requests === 0 ? row : row.map((text) => chalk.red(text)));
    }
  }
  const failures = rules.flatMap(({ rule, verdict }) =>
    failuresInWords(verdict.failures).map((text) => chalk.red(`${rule}: ${text}`)),
  );
  return [table.toString(), ...failures, ...notes.map((note) => chalk.yellow(note))].join("\n");
}

function headOf({ rule, standing, needed, latency }: WatchedRule): string {
  const verdict = colorOf(standing)(standingInWords(standing, needed));
  return [`${chalk.bold(rule)}: ${verdict}`, ...latencyInWords(latency)].join(", ");
}
