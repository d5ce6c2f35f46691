import { drawTable, introduce, markTable, type Columns, type Report } from "../report";
import type { LoadedFigure, LoadedMeasurement } from "./measure";

/** What the changes under load came to, and what they were measured on. */
export interface LoadedReport extends LoadedMeasurement, Omit<Report, "figures"> {}

/** The figures as tables for a terminal. */
export function showLoaded(report: LoadedReport): string {
  return show(report, drawTable);
}

/** The figures as Markdown tables. */
export function showLoadedMarkdown(report: LoadedReport): string {
  return show(report, (columns) => `\n${markTable(columns)}\n`);
}

/** The figures as data. */
export function showLoadedJson(report: LoadedReport): string {
  const withRatio = (figure: LoadedFigure) => ({ ...figure, ratio: ratioOf(figure) });
  return JSON.stringify({ ...report, figures: report.figures.map(withRatio) }, undefined, 2);
}

function show(report: LoadedReport, table: (columns: Columns) => string): string {
  const { figures, requests, failed } = report;
  const failures = figures.flatMap((figure) =>
    Object.entries(figure.failures).map(([what, times]) => `- ${subjectOf(figure)}: ${times} × ${what}`),
  );
  const named = figures.reduce((total, it) => total + failedOf(it), 0);
  const others = failed > named ? [`- before the first change: ${failed - named}`] : [];
  return [
    introduce(report),
    table({ heads, texts: ["stack", "change"], rows: figures.map(rowOf) }),
    `${requests} requests in all, ${failed} failed${failed > 0 ? ":" : "."}`,
    ...failures,
    ...others,
    ...legend,
  ].join("\n");
}

const heads = [
  "stack",
  "change",
  "requests",
  "failed",
  "p99 before",
  "p99 during",
  "ratio",
  "first as planned",
  "last of the old",
  "mixed",
  "sluice up",
];

const legend = [
  "first as planned: seconds from the start of sluice up to the first answer by the new plan; ≈ where both plans have the same versions and only the shares tell.",
  "last of the old: seconds to the last answer of a version that the new plan gives nobody. mixed: such answers to requests sent when the new plan was served already.",
];

function rowOf(figure: LoadedFigure): string[] {
  const { stack, client, change, requests, p99Before, p99During, firstPlanned, isEstimate, lastOther, isOpen } = figure;
  const milliseconds = (value: number | undefined) => (value === undefined ? "–" : `${value.toFixed(1)} ms`);
  const seconds = (value: number | undefined) => (value === undefined ? "–" : `${value.toFixed(2)} s`);
  const ratio = ratioOf(figure);
  return [
    client === undefined ? stack : `${stack}, ${client}`,
    change,
    String(requests),
    String(failedOf(figure)),
    milliseconds(p99Before),
    milliseconds(p99During),
    ratio === undefined ? "–" : `${ratio.toFixed(1)} ×`,
    `${isEstimate ? "≈ " : ""}${seconds(firstPlanned)}`,
    isOpen ? "stays" : seconds(lastOther),
    figure.mixed === undefined ? "–" : String(figure.mixed),
    seconds(figure.seconds),
  ];
}

function subjectOf({ stack, client, change }: LoadedFigure): string {
  return [stack, client, change].filter((word) => word !== undefined).join(", ");
}

function failedOf({ failures }: LoadedFigure): number {
  return Object.values(failures).reduce((total, times) => total + times, 0);
}

function ratioOf({ p99Before, p99During }: LoadedFigure): number | undefined {
  return p99Before === undefined || p99During === undefined ? undefined : p99During / p99Before;
}
