import { createJudge } from "../../judge";
import { errorInterval } from "../../judge";
import { countBroken, type BatchOptions } from "./batches";
import { eventBound, knowingTest } from "./floors";
import { detections, informationBound, type Situation } from "./simulations";

/** A table's head and rows. */
export type Table = readonly (readonly string[])[];

const rates = [0.1, 1, 10, 100];
const weights = [5, 10, 20, 50];
const errorRates = [0.001, 0.01, 0.05];
const bursts = [1, 2, 5];

const percent = (value: number, digits = 2) => `${(100 * value).toFixed(digits)}%`;

/**
 * What part of the canaries as good as stable is called broken within an hour, and below what it lies by a confidence of
 * 97.5%.
 *
 * @param isKnown true for judges that know stable's hour before the rollout.
 */
export async function falseRollbacks(isKnown: boolean, options: BatchOptions): Promise<Table> {
  const columns = errorRates.flatMap((errors) => bursts.map((burst) => ({ errors, burst })));
  const rows = rates.flatMap((rate) => weights.map((weight) => ({ rate, weight })));
  const outcomes = await countBroken(
    rows.flatMap(({ rate, weight }) =>
      columns.map(({ errors, burst }) => ({
        ...{ rate, weight, canary: errors, stable: errors, burst },
        ...(isKnown && { isKnown }),
      })),
    ),
    options,
  );
  const cells = outcomes.map(({ broken, simulations }) => {
    const { high } = errorInterval({ requests: simulations, errors: broken });
    return `${percent(broken / simulations)} (${percent(high)})`;
  });
  return [
    ["requests/s, weight", ...columns.map(({ errors, burst }) => `${percent(errors, 1)}, burst ${burst}`)],
    ...rows.map(({ rate, weight }, row) => [
      `${rate}, ${weight}%`,
      ...cells.slice(row * columns.length, (row + 1) * columns.length),
    ]),
  ];
}

/** How long a fault of 5% beside a stable with 1% goes unnoticed. */
export function detectionTimes(simulations: number): Table {
  const rows = [10, 100].flatMap((rate) =>
    weights.map((weight) => {
      const faulty: Situation = { rate, weight, canary: 0.05, stable: 0.01, burst: 1 };
      const [bound, byEvents] = [informationBound(faulty), eventBound(faulty)];
      const history = { requests: rate * 3600, errors: rate * 36 };
      const times = detections(faulty, simulations, undefined);
      return [
        `${rate}, ${weight}%`,
        bound.toFixed(1),
        knowingTest(faulty, simulations).toFixed(1),
        byEvents.toFixed(1),
        meanOf(times).toFixed(1),
        `${(meanOf(times) / bound).toFixed(2)} ×`,
        `${(meanOf(times) / byEvents).toFixed(2)} ×`,
        at(times, 0.9).toFixed(0),
        meanOf(detections(faulty, simulations, undefined, { burst: 1 })).toFixed(1),
        meanOf(detections(faulty, simulations, undefined, { history })).toFixed(1),
        at(detections(faulty, simulations, { ...faulty, canary: 0.01 }), 0.5).toFixed(0),
      ];
    }),
  );
  const floors = ["bound", "knowing test", "bound by events"];
  const means = ["mean", "mean / bound", "mean / bound by events", "p90", "mean, burst: 1", "mean, an hour's history"];
  return [["requests/s, weight", ...floors, ...means, "median, fault after 10 min"], ...rows];
}

/** How long larger faults go unnoticed, at ten requests a second. */
export function largerFaults(simulations: number): Table {
  const mean = (weight: number, canary: number, stable: number, errors?: number) => {
    const options = errors === undefined ? {} : { history: { requests: 36_000, errors } };
    return meanOf(detections({ rate: 10, weight, canary, stable, burst: 1 }, simulations, undefined, options)).toFixed(
      1,
    );
  };
  return [
    ["fault", "weight", "mean", "mean, an hour's history", "mean, an hour's history without errors"],
    ...[0.2, 0.5, 1].flatMap((fault) =>
      [10, 50].map((weight) => [
        percent(fault, 0),
        `${weight}%`,
        mean(weight, fault, 0.01),
        mean(weight, fault, 0.01, 360),
        mean(weight, fault, 0, 0),
      ]),
    ),
  ];
}

/** What a judge takes of the machine. */
export function cost(): Table {
  const judge = createJudge();
  const observations = 200_000;
  const canary = { requests: 50, errors: 1 };
  const heap = process.memoryUsage().heapUsed;
  const judges = Array.from({ length: 1000 }, () => createJudge());
  const bytes = (process.memoryUsage().heapUsed - heap) / judges.length;
  const began = process.cpuUsage();
  for (let at = 0; at < observations; at += 1) judge.observe({ at, weight: 50, canary, stable: canary });
  const { user, system } = process.cpuUsage(began);
  return [
    ["processor time of an observation", "memory of a judge"],
    [`${((user + system) / observations).toFixed(1)} µs`, `${(bytes / 1024).toFixed(1)} kB`],
  ];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.ceil(part * sorted.length) - 1] ?? NaN;
}
