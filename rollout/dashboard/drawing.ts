import { scaleLinear, scaleLog, scaleTime } from "d3-scale";
import { area, curveLinear, curveStepAfter, line } from "d3-shape";
import { spell, type Chart, type ChartPoint } from "../charts";

/** The size of a drawing in its own units, and what is left free around the lines. */
const size = { width: 640, height: 160, left: 56, right: 30, top: 8, bottom: 24 };

/** How many values and times are named at the axes, about. */
const ticks = { values: 3, times: 4 };

/** A chart as the page draws it: shapes of SVG with their places. */
export interface Drawing {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly {
    readonly label: string;
    readonly of: "canary" | "stable";
    /** The line as an SVG path. */
    readonly path: string;
    /** The intervals around it as an SVG path; nothing if there are none. */
    readonly band?: string;
  }[];
  /** The ends of the horizontal lines, and the place of the limit. */
  readonly left: number;
  readonly right: number;
  readonly limit?: number;
  readonly values: readonly { readonly y: number; readonly text: string }[];
  /** Times as ISO 8601: the page knows the reader's clock. */
  readonly times: readonly { readonly x: number; readonly at: string }[];
}

/** Draws a chart. */
export function draw(chart: Chart): Drawing {
  const { title, unit, lines, limit, span } = chart;
  const { width, height, left, right, top, bottom } = size;
  const all = lines.flatMap(({ points }) => points);
  const x = scaleTime([span.begin, span.end], [left, width - right]);
  const values = [...all.map(({ value }) => value), ...(limit === undefined ? [] : [limit])];
  const range = [height - bottom, top];
  const y =
    chart.scale === "linear"
      ? scaleLinear([0, Math.max(...values) || 1], range).nice(ticks.values)
      : scaleLog([Math.min(...values), Math.max(...values)], range).nice();
  // Few requests have wide intervals: the lines decide what is shown.
  y.clamp(true);
  const curve = chart.shape === "steps" ? curveStepAfter : curveLinear;
  const path = line<ChartPoint>()
    .x(({ at }) => x(at))
    .y(({ value }) => y(value))
    .curve(curve);
  const band = area<ChartPoint>()
    .x(({ at }) => x(at))
    .y0(({ interval }) => y(interval?.low ?? 0))
    .y1(({ interval }) => y(interval?.high ?? 0))
    .defined(({ interval }) => interval !== undefined)
    .curve(curve)
    .digits(1);
  return {
    title,
    width,
    height,
    lines: lines.map(({ label, of, points }) => ({
      label,
      of,
      path: path.digits(1)(points) ?? "",
      ...(points.some(({ interval }) => interval) && { band: band(points) ?? "" }),
    })),
    left,
    right: width - right,
    ...(limit !== undefined && { limit: y(limit) }),
    values: y.ticks(ticks.values).map((value) => ({ y: y(value), text: spell(value, unit) })),
    times: x.ticks(ticks.times).map((time) => ({ x: x(time), at: time.toISOString() })),
  };
}
