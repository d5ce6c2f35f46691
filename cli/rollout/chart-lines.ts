import chalk from "chalk";
import prettyMilliseconds from "pretty-ms";
import { plot, type Color, type Point } from "simple-ascii-chart";
import { spell, type Chart } from "../../rollout/charts";
import { flow } from "../watch/layout";

/** Rows of a chart without its title and the times below it. */
const rows = 5;

/** Columns that the values beside a chart take at most. */
const margin = 12;

const inks = {
  canary: { color: "ansiBlue", paint: chalk.blue },
  stable: { color: "ansiMagenta", paint: chalk.magenta },
} as const;

/**
 * A chart as lines for a terminal.
 *
 * @param width its columns; no line is longer.
 */
export function chartLines(chart: Chart, width: number): string[] {
  const { title, unit, lines, limit, span } = chart;
  const drawn = lines.filter(({ points }) => points.length > 0);
  const [toPlot, fromPlot] = chart.scale === "linear" ? [same, same] : [Math.log10, (power: number) => 10 ** power];
  const all = drawn.flatMap(({ points }) => points);
  const times = all.map(({ at }) => at - span.begin);
  const values = [...all.map(({ value }) => value), ...(limit === undefined ? [] : [limit])];
  const [least, most] = [Math.min(...values), Math.max(...values)].map(toPlot) as [number, number];
  // The library colors wherever it is told to, whether a terminal reads it or not.
  const isColored = chalk.level > 0;
  const picture = plot(
    drawn.map(({ points }) => points.map(({ at, value }): Point => [at - span.begin, toPlot(value)])),
    {
      width: Math.max(10, width - margin),
      height: rows,
      yRange: least === most ? [least - 1, most + 1] : [least, most],
      ...(isColored && { color: drawn.map(({ of }): Color => inks[of].color) }),
      customXAxisTicks: [Math.min(...times), Math.max(...times)],
      customYAxisTicks: [least, most],
      ...(limit !== undefined && {
        thresholds: [{ y: toPlot(limit), ...(isColored && { color: "ansiRed" as const }) }],
      }),
      formatter: (value, { axis }) => (axis === "y" ? spell(fromPlot(value), unit) : timeInWords(value)),
    },
  );
  const legend = drawn.map(({ label, of }) => ({ text: label, color: inks[of].paint }));
  const pictured = picture.split("\n").map((line) => line.trimEnd());
  return [...flow([{ text: title, color: chalk.bold }, ...legend], width), ...pictured.filter((line) => line !== "")];
}

/** `0s`, `1m 5s`. */
function timeInWords(milliseconds: number): string {
  return milliseconds < 1000 ? "0s" : prettyMilliseconds(milliseconds, { secondsDecimalDigits: 0 });
}

function same(value: number): number {
  return value;
}
