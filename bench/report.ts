import { availableParallelism, cpus, loadavg } from "node:os";
import Table from "cli-table3";

/** A measured figure, or one that was not measured. */
export interface Figure {
  readonly name: string;
  readonly unit: "s" | "×" | "/s" | "MB" | "lost";
  /** One value a repetition; none where it was not measured. */
  readonly values: readonly number[];
  readonly note?: string;
}

/** The figures of one run, and what they were measured on. */
export interface Report {
  readonly lab: string;
  /** The line by which `sluice` says which engine it chose. */
  readonly engine: string;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}

/** What the figures depend on: only ratios within one run are comparable. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  /** What else the machine had to do: its load average of a minute, before the first and after the last figure. */
  readonly loadAtStart: number;
  readonly loadAtEnd: number;
}

/** The machine as it is now. */
export function describeMachine(): Omit<Machine, "loadAtEnd"> {
  const processor = cpus()[0]?.model.trim() ?? "unknown";
  return { processor, cores: availableParallelism(), node: process.version, loadAtStart: loadAverage() };
}

/** The load average of the last minute. */
export function loadAverage(): number {
  return loadavg()[0] ?? NaN;
}

/** The value in the middle; of an even number, the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? NaN) + (high ?? NaN)) / 2;
}

/** A table's head, with the rows' cells; texts stand to the left, numbers to the right. */
export interface Columns {
  readonly heads: readonly string[];
  /** Those heads below which there is text. */
  readonly texts: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The figures as a table for a terminal. */
export function showTable(report: Report): string {
  return [introduce(report), drawTable(columnsOf(report))].join("\n");
}

/** The figures as a Markdown table. */
export function showMarkdown(report: Report): string {
  return [introduce(report), "", markTable(columnsOf(report))].join("\n");
}

/** A table for a terminal. */
export function drawTable({ heads, texts, rows }: Columns): string {
  const table = new Table({
    head: [...heads],
    style: { head: [], border: [], compact: true },
    colAligns: heads.map((head) => (texts.includes(head) ? "left" : "right")),
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** A table in Markdown. */
export function markTable({ heads, texts, rows }: Columns): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const alignments = heads.map((head) => (texts.includes(head) ? "---" : "---:"));
  return [line(heads), line(alignments), ...rows.map(line)].join("\n");
}

/** The figures as data. */
export function showJson(report: Report): string {
  const figures = report.figures.map((figure) => ({
    ...figure,
    ...(figure.values.length > 0 && {
      minimum: Math.min(...figure.values),
      median: median(figure.values),
      maximum: Math.max(...figure.values),
    }),
  }));
  return JSON.stringify({ ...report, figures }, undefined, 2);
}

function columnsOf({ figures }: Report): Columns {
  const heads = ["figure", "min", "median", "max", "runs", "note"];
  return { heads, texts: ["figure", "note"], rows: figures.map(rowOf) };
}

function rowOf({ name, unit, values, note = "" }: Figure): string[] {
  if (values.length === 0) return [name, "–", "–", "–", "0", note];
  const show = (value: number) => `${value.toFixed(2)} ${unit}`;
  const { length } = values;
  const middle = show(median(values));
  // Of a single run there is no spread to show.
  if (length === 1) return [name, "", middle, "", "1", note];
  return [name, show(Math.min(...values)), middle, show(Math.max(...values)), String(length), note];
}

/** What the figures were measured on, in a line. */
export function introduce({ lab, engine, machine }: Omit<Report, "figures">): string {
  const { processor, cores, node, loadAtStart, loadAtEnd } = machine;
  const load = `load average ${loadAtStart.toFixed(1)} before and ${loadAtEnd.toFixed(1)} after`;
  return `lab ${lab}; ${engine}; ${cores} cores of ${processor}, Node ${node}, ${load}`;
}
