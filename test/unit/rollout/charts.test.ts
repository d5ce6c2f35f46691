import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { chartLines } from "../../../cli/rollout/chart-lines";
import type { Compared } from "../../../rollout/check";
import { chartsOf } from "../../../rollout/charts";
import { draw } from "../../../rollout/dashboard/drawing";
import type { MetricPoint, TimelineView } from "../../../rollout/timeline";

const compared = (canary: number[], stable: number[], evidence: number, since = 0): Compared => ({
  since,
  canary: { requests: canary[0] ?? 0, errors: canary[1] ?? 0 },
  stable: { requests: stable[0] ?? 0, errors: stable[1] ?? 0 },
  evidence,
});

/** A point so many minutes after nine. */
const at = (minutes: number, weight: number, ...metrics: MetricPoint[]): TimelineView => ({
  at: new Date(Date.UTC(2026, 2, 2, 9, minutes)).toISOString(),
  step: 1,
  weight,
  metrics,
});
const errors = (...args: Parameters<typeof compared>): MetricPoint => ({
  name: "request-success-rate",
  value: 99,
  unit: "%",
  compared: compared(...args),
});
const duration: MetricPoint = { name: "request-duration", value: 212, stableValue: 205, unit: "ms" };

const course = {
  from: "v1",
  to: "v2",
  timeline: [
    at(0, 0),
    at(1, 10, errors([100, 1], [900, 9], 0.01), duration),
    at(2, 10, errors([200, 11], [1800, 18], 0.2), duration),
    // Another driver, which counts from 0.
    at(4, 50, errors([50, 0], [50, 0], 0.0001, 4)),
  ],
};
const charts = chartsOf(course);

describe("the charts of a rollout", () => {
  it("are its weight, each metric, and the evidence of what is compared", () =>
    assert.deepEqual(
      charts.map(({ title, lines }) => [title, ...lines.map(({ label }) => label)]),
      [
        ["requests to v2", "v2 50%"],
        ["failed requests", "v2 0% (0% to 7.14%)", "v1 0% (0% to 7.14%)"],
        ["99th percentile of durations", "v2 212 ms", "v1 205 ms"],
        ["evidence that v2 is worse by request-success-rate; 1 is enough", "v2 0.001"],
      ],
    ));

  it("have the error rates of what came since the point before", () => {
    const [canary, stable] = charts[1]?.lines ?? [];
    assert.deepEqual(
      canary?.points.map(({ value }) => value),
      [1, 10, 0],
    );
    assert.deepEqual(
      stable?.points.map(({ value }) => value),
      [1, 1, 0],
    );
  });

  it("have the canary's durations alone where stable's weren't measured", () => {
    const alone: MetricPoint = { name: "request-duration", value: 212, unit: "ms" };
    const [, durations] = chartsOf({ ...course, timeline: [at(0, 0), at(1, 10, alone)] });
    assert.deepEqual(
      durations?.lines.map(({ label }) => label),
      ["v2 212 ms"],
    );
  });

  it("have error rates of a metric that is compared with nobody, without an interval", () => {
    const value = (rate: number): MetricPoint => ({ name: "request-success-rate", value: rate, unit: "%" });
    const [, failed] = chartsOf({ ...course, timeline: [at(0, 0), at(1, 10, value(97)), at(2, 10, value(100))] });
    assert.deepEqual(
      failed?.lines.map(({ label, points }) => [label, ...points.map((point) => point.value)]),
      [["v2 0%", 3, 0]],
    );
  });

  it("are none of a rollout that has just begun, or of an old record", () => {
    assert.deepEqual(chartsOf({ ...course, timeline: [] }), []);
    assert.deepEqual(chartsOf({ ...course, timeline: [at(0, 0)] }), []);
  });
});

describe("a chart in a terminal", () => {
  it("fits its columns, and names its ends, its limit and its last values", () => {
    for (const width of [40, 80, 120])
      for (const chart of charts) {
        const lines = chartLines(chart, width).map(stripVTControlCharacters);
        for (const line of lines) assert.ok(Array.from(line.trimEnd()).length <= width, `${width}: ${line}`);
        const text = lines.join("\n");
        for (const { label } of chart.lines) assert.ok(text.includes(label), text);
      }
    const [, failed, , evidence] = charts.map((chart) =>
      chartLines(chart, 80).map(stripVTControlCharacters).join("\n"),
    );
    assert.match(failed ?? "", /10%[┤┼][\s\S]*0%[┤┼][\s\S]*1m +4m/);
    assert.match(evidence ?? "", /1[┤┼]━+[\s\S]*0\.001[┤┼]/);
  });
});

describe("a chart of the dashboard", () => {
  it("has every line within its frame, the limit, and words at both axes", () => {
    for (const drawing of charts.map(draw)) {
      const { width, height, lines, values, times, left, right, limit } = drawing;
      for (const { path, band } of lines)
        for (const [, x, y] of `${path}${band ?? ""}`.matchAll(/([\d.]+),([\d.]+)/g)) {
          assert.ok(Number(x) >= left && Number(x) <= right, path);
          assert.ok(Number(y) >= 0 && Number(y) <= height, path);
        }
      assert.ok(values.length >= 2 && times.length >= 2, drawing.title);
      assert.ok(left < right && right <= width);
      assert.equal(limit !== undefined, drawing.title.startsWith("evidence"));
    }
  });

  it("has bands where intervals are known", () =>
    assert.deepEqual(
      charts.map((chart) => draw(chart).lines.map(({ band }) => band !== undefined)),
      [[false], [true, true], [false, false], [false]],
    ));
});
