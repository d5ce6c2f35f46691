import { z } from "zod";
import { duration } from "./durations";
import { label, oneOf, someText, strictObject, text, wholeNumber } from "./fields";
import { httpUrl, variableName } from "./http";
import { jobMetric } from "./job-metric";
import { webMetric } from "./web-metric";

const number = (allowed: string, isAllowed = (_: number) => true) =>
  z.union([z.number(allowed), text(/^-?\d+(\.\d+)?$/, allowed).transform(Number)], allowed).refine(isAllowed, allowed);

/** Where Prometheus answers. */
export const prometheus = strictObject(
  {
    /** Its address, as far as the driver can reach it: `https://prometheus.example.com`. */
    url: httpUrl.optional(),
    /** A Service in the cluster, asked through the API server, so that no port has to be forwarded. */
    service: strictObject({ namespace: label, name: label, port: wholeNumber(1, 65535).default(9090) }).optional(),
    /** The environment variable that holds a bearer token. */
    tokenVariable: variableName.optional(),
  },
  "must be a map with url, or with service: { namespace, name, port }",
).refine(({ url, service }) => (url === undefined) !== (service === undefined), {
  message: "must have either url or service",
});

/** The metrics that need no query. */
export const builtInMetrics = ["request-success-rate", "request-duration"] as const;

const thresholdRange = strictObject({
  min: number("must be a number").optional(),
  max: number("must be a number").optional(),
})
  .refine(({ min, max }) => min !== undefined || max !== undefined, { message: "must have min, max or both" })
  .refine(({ min = -Infinity, max = Infinity }) => min <= max, { message: "must have a min that is not above max" });

/** One thing that is checked in each round. */
export const metric = strictObject(
  {
    /** `request-success-rate` (percent), `request-duration` (99th percentile, milliseconds), or a name for the query or the web API. */
    name: text(
      /^[a-zA-Z0-9][-a-zA-Z0-9_. ]{0,62}$/,
      "must be a name of at most 63 letters, digits and - _ . or spaces",
    ),
    /** The window that the queries look back on; the rollout's interval by default, but at least 10s. */
    interval: duration("1s", "24h").optional(),
    /** What the value may be; for the canary by itself. */
    thresholdRange: thresholdRange.optional(),
    /**
     * PromQL that gives one number; `{{ namespace }}`, `{{ workload }}`, `{{ canary }}`, `{{ stable }}`, `{{ ingress }}`,
     * `{{ service }}` and `{{ interval }}` are filled in.
     */
    query: someText("must be PromQL").optional(),
    /** A web API that gives the number, instead of a query: `{ url, jsonPath }`. */
    web: webMetric.optional(),
    /** A Job that judges instead: it passes if it completes, and fails if it fails. */
    job: jobMetric.optional(),
    /**
     * The source of a built-in metric's value: `prometheus` (the default if it is set), `probe` (otherwise: requests
     * of Sluice's own), or `controller`: its counters, read once a second through the API server.
     */
    source: oneOf("prometheus", "probe", "controller").optional(),
    /** How many requests a probe sends in each round, 1 to 1000; 20 by default. */
    requests: wholeNumber(1, 1000, " (requests)").optional(),
    /**
     * Compares the canary with stable over the whole rollout: its errors, or its requests slower than stable's 99th
     * percentile, may be at most `maxRatio` times as frequent. Until it is shown to be worse, or to be no worse by what
     * matters, it is "cannot tell yet".
     */
    compare: strictObject({
      /** How many times as frequent, 1 or more; 1.5 by default. */
      maxRatio: number("must be a number of at least 1", (ratio) => ratio >= 1).default(1.5),
      /**
       * How sure a rollback must be, above 0.5 and below 1; 0.99 by default: of the rollouts of a good canary at most 1 in
       * 100 fails by comparisons, in all rounds and by all metrics together.
       */
      confidence: number("must be a number above 0.5 and below 1", (one) => one > 0.5 && one < 1).default(0.99),
    }).optional(),
  },
  "must be a map with a name",
);

/**
 * What a rollout is judged by that names no metrics: errors and durations beside stable's, as the controller counts them.
 * docs/judging.md says what that promises.
 */
export const judgedMetrics: readonly MetricConfig[] = builtInMetrics.map((name) => ({
  name,
  compare: { maxRatio: 1.5, confidence: 0.99 },
  source: "controller",
}));

/** What is checked where nobody can be compared with: without users, and where requests aren't counted by version. */
export const limitedMetrics: readonly MetricConfig[] = [{ name: "request-success-rate", thresholdRange: { min: 99 } }];

/** One metric's settings, with defaults filled in; durations in milliseconds. */
export type MetricConfig = z.output<typeof metric>;
/** Where Prometheus answers. */
export type PrometheusConfig = z.output<typeof prometheus>;

/** True where a metric is read from the controller's own counters. */
export function isCounted({ source }: MetricConfig): boolean {
  return source === "controller";
}

/** True where a metric is measured by requests of Sluice's own. */
export function isProbed(
  { source, web, job }: MetricConfig,
  { prometheus }: { readonly prometheus?: PrometheusConfig },
): boolean {
  return source === "probe" || (source === undefined && !web && !job && !prometheus);
}
