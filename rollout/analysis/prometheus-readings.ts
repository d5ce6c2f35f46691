import { UserError } from "../../progress/user-error";
import { durationsQuery, failedMark, requestsQuery } from "./built-in-queries";
import { controllerSeries, type ControllerSeries, type Named, type Role } from "./controller-series";
import { durationsOfBuckets, secondsIn } from "./durations";
import { samplesIn } from "./growth";
import type { Series } from "./prometheus";
import type { Counts, Readings } from "./readings";

const historySeconds = 3600;

/** Evaluates a query. */
export type Ask = (promql: string) => Promise<Series[]>;

/**
 * What the controller counted, as Prometheus has it.
 *
 * @param seconds the window.
 */
export function prometheusReadings(subject: Named, seconds: number, ask: Ask): Readings {
  const series = (role: Role): ControllerSeries => {
    const found = controllerSeries(subject, role);
    if (found) return found;
    throw new UserError(
      `no ingress controller counts the requests of ${subject.workload}: it is behind a Service alone`,
      "SLUICE1603",
    );
  };
  const countsIn = async (role: Role, window: number): Promise<Counts> => {
    const outcomes = await ask(requestsQuery(series(role), window));
    const failures = outcomes.filter(({ labels }) => labels[failedMark.label] === failedMark.value);
    return { requests: total(outcomes), failed: total(failures) };
  };
  return {
    period: `in the last ${seconds}s`,
    canaryShareOfStable: 0,
    counts: once((role) => countsIn(role, seconds)),
    durations: once(async (role) => {
      const asked = series(role);
      const buckets = await ask(durationsQuery(asked, seconds));
      return durationsOfBuckets(
        buckets.map(({ labels, value }) => ({ upTo: secondsIn(labels["le"] ?? "+Inf", asked), count: value })),
      );
    }),
    history: () => countsIn("stable", historySeconds),
    async whyNone(role) {
      const { requests } = series(role);
      const [samples] = await ask(samplesIn(requests, seconds));
      if (samples)
        return samples.value < 2
          ? "Prometheus has one sample of that time where two are needed: the metric's interval should be at least twice the scrape interval"
          : undefined;
      const [any] = await ask(`count(${requests.metric})`);
      return any ? undefined : `Prometheus has no series ${requests.metric} at all: does it scrape the controller?`;
    },
  };
}

/** Asks once for each version, so that what is judged and what is compared is the same. */
function once<Answer>(ask: (role: Role) => Promise<Answer>): (role: Role) => Promise<Answer> {
  const answers: Partial<Record<Role, Promise<Answer>>> = {};
  return (role) => (answers[role] ??= ask(role));
}

/** Whole, as requests are: where a counter was reset, Prometheus estimates. */
function total(series: readonly Series[]): number {
  return Math.round(series.reduce((sum, { value }) => sum + value, 0));
}
