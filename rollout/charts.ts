import { errorInterval, type Counts } from "../judge";
import type { Compared } from "./check";
import type { TimelineView } from "./timeline";

/** A value at a time, with the interval that it lies in if that is known. */
export interface ChartPoint {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
  readonly interval?: { readonly low: number; readonly high: number };
}

/** One line of a chart. */
export interface ChartLine {
  /** What it shows, with its last value: `v2 1.2% (0.4% to 3.5%)`. */
  readonly label: string;
  /** By which version it is colored. */
  readonly of: "canary" | "stable";
  readonly points: readonly ChartPoint[];
}

/** Something of a rollout over time. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly scale: "linear" | "logarithmic";
  /** `steps` if a value holds until the next one. */
  readonly shape: "steps" | "line";
  readonly lines: readonly ChartLine[];
  /** When the rollout began, and how far it is known: all of its charts have the same times. */
  readonly span: { readonly begin: number; readonly end: number };
  /** The value that must not be reached. */
  readonly limit?: number;
}

/** What charts are made of. */
interface Course {
  /** The previous version and the new one. */
  readonly from: string;
  readonly to: string;
  /** The oldest point first. */
  readonly timeline: readonly TimelineView[];
}

/** The lowest evidence that is drawn: smaller values mean nothing. */
const leastEvidence = 0.001;

/** What a chart has of its own. */
type Content = Omit<Chart, "span">;

/** How a rollout went, as charts: its weight, each metric, and the evidence; none of what was not measured. */
export function chartsOf({ timeline, from, to }: Course): Chart[] {
  const [first, last] = [timeline[0], timeline.at(-1)];
  if (!first || !last || first === last) return [];
  const span = { begin: Date.parse(first.at), end: Date.parse(last.at) };
  const names = [...new Set(timeline.flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
  const weight = timeline.map(({ at, weight: value }) => ({ at: Date.parse(at), value }));
  const charts: Content[] = [
    { ...chart(`requests to ${to}`, "%", [line(to, "canary", "%", weight)]), shape: "steps" },
    ...names.map((name) =>
      name === "request-success-rate" ? errorChart(timeline, name, from, to) : valueChart(timeline, name, from, to),
    ),
    ...names.map((name) => evidenceChart(timeline, name, to)),
  ];
  const drawn = charts.filter(({ lines }) => lines.some(({ points }) => points.length > 0));
  return drawn.map((content) => ({ ...content, span }));
}

function errorChart(timeline: readonly TimelineView[], name: string, from: string, to: string): Content {
  const counted = { canary: ratesOf(timeline, name, "canary"), stable: ratesOf(timeline, name, "stable") };
  const isCompared = counted.canary.length + counted.stable.length > 0;
  const rest = valuesOf(timeline, name).map(({ at, value }) => ({ at, value: 100 - value }));
  return chart("failed requests", "%", [
    line(to, "canary", "%", isCompared ? counted.canary : rest),
    ...(isCompared ? [line(from, "stable", "%", counted.stable)] : []),
  ]);
}

function valueChart(timeline: readonly TimelineView[], name: string, from: string, to: string): Content {
  const unit = timeline.flatMap(({ metrics }) => metrics.find((one) => one.name === name)?.unit ?? [])[0] ?? "";
  const title = name === "request-duration" ? "99th percentile of durations" : name;
  const stable = valuesOf(timeline, name, "stableValue");
  return chart(title, unit, [
    line(to, "canary", unit, valuesOf(timeline, name)),
    ...(stable.length > 0 ? [line(from, "stable", unit, stable)] : []),
  ]);
}

function evidenceChart(timeline: readonly TimelineView[], name: string, to: string): Content {
  const points = comparedOf(timeline, name).map(({ at, compared: { evidence } }) => ({
    at,
    value: Math.max(leastEvidence, evidence),
  }));
  const title = `evidence that ${to} is worse by ${name}; 1 is enough`;
  return { ...chart(title, "", [line(to, "canary", "", points)]), scale: "logarithmic", limit: 1 };
}

function chart(title: string, unit: string, lines: readonly ChartLine[]): Content {
  return { title, unit, scale: "linear", shape: "line", lines };
}

function line(version: string, of: ChartLine["of"], unit: string, points: readonly ChartPoint[]): ChartLine {
  const last = points.at(-1);
  const interval = last?.interval && ` (${spell(last.interval.low, unit)} to ${spell(last.interval.high, unit)})`;
  return { label: `${version}${last ? ` ${spell(last.value, unit)}` : ""}${interval ?? ""}`, of, points };
}

/** Error rates in percent, of the requests between two points. */
function ratesOf(timeline: readonly TimelineView[], name: string, of: "canary" | "stable"): ChartPoint[] {
  const all = comparedOf(timeline, name);
  return all.flatMap(({ at, compared }, index) => {
    const { requests, errors } = growth(compared, all[index - 1]?.compared, of);
    if (requests === 0) return [];
    const { low, high } = errorInterval({ requests, errors });
    return [{ at, value: (100 * errors) / requests, interval: { low: 100 * low, high: 100 * high } }];
  });
}

function growth(now: Compared, before: Compared | undefined, of: "canary" | "stable"): Counts {
  if (before?.since !== now.since) return now[of];
  return { requests: now[of].requests - before[of].requests, errors: now[of].errors - before[of].errors };
}

function comparedOf(timeline: readonly TimelineView[], name: string) {
  return timeline.flatMap(({ at, metrics }) => {
    const compared = metrics.find((one) => one.name === name)?.compared;
    return compared ? [{ at: Date.parse(at), compared }] : [];
  });
}

function valuesOf(
  timeline: readonly TimelineView[],
  name: string,
  key: "value" | "stableValue" = "value",
): ChartPoint[] {
  return timeline.flatMap(({ at, metrics }) => {
    const value = metrics.find((one) => one.name === name)?.[key];
    return value === undefined ? [] : [{ at: Date.parse(at), value }];
  });
}

/** `1.2%`, `412 ms`, `0.03`. */
export function spell(value: number, unit: string): string {
  return `${Number(value.toPrecision(3))}${unit === "%" || unit === "" ? unit : ` ${unit}`}`;
}
