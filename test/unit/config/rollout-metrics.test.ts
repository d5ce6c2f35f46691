import { refuseEach, smallStack, type BadValue } from "../support/stacks";

/** A case of a setting below `rollout`, beside a layout that is good. */
function beside(title: string, rollout: object, key: string, value: unknown, allowed: RegExp): BadValue {
  return [title, { "sluice:rollout": { stepWeight: 20, ...rollout } }, `rollout.${key}`, value, allowed];
}

const url = "https://example.com";
const jobSpec = { template: { spec: { containers: [{ name: "smoke", image: "smoke:1" }] } } };

describe("a rollout's metrics are refused with", () => {
  const name = "request-success-rate";
  refuseEach(smallStack, [
    ...(
      [
        ["a web API without an address", { web: {} }, "web.url", undefined, /http or https URL/],
        [
          "a password in a web API's address",
          { web: { url: "https://a:b@x.test" } },
          "web.url",
          "https://a:b@x.test",
          /no user and no password/,
        ],
        [
          "a JSONPath with a script",
          { web: { url, jsonPath: "$[(@.length-1)]" } },
          "web.jsonPath",
          "$[(@.length-1)]",
          /without filters and scripts/,
        ],
        [
          "a body that GET doesn't have",
          { web: { url, method: "GET", body: "x" } },
          "web.body",
          "x",
          /no meaning with method GET/,
        ],
        ["a query beside a web API", { web: { url }, query: "up" }, "query", "up", /no meaning beside web/],
        ["a job without a spec", { job: {} }, "job.spec", undefined, /must be a map as Kubernetes takes it/],
        [
          "a job with a field that Kubernetes doesn't have",
          { job: { spec: { ...jobSpec, backofLimit: 1 } } },
          "job.spec.backofLimit",
          1,
          /did you mean backoffLimit\?/,
        ],
        [
          "a job without an end",
          { job: { spec: { ...jobSpec, activeDeadlineSeconds: 0 } } },
          "job.spec.activeDeadlineSeconds",
          0,
          /from 1 to 3600/,
        ],
        [
          "a job that may take longer than a rollout without progress",
          { job: { spec: { ...jobSpec, activeDeadlineSeconds: 600 } }, thresholdRange: undefined },
          "job.spec.activeDeadlineSeconds",
          600,
          /below rollout\.progressDeadline, 600 s/,
        ],
        [
          "a job with a range",
          { job: { spec: jobSpec } },
          "thresholdRange",
          { max: 1 },
          /no meaning for a job, which passes or fails/,
        ],
        [
          "a query beside a job",
          { query: "up", job: { spec: jobSpec }, thresholdRange: undefined },
          "query",
          "up",
          /no meaning beside job/,
        ],
        ["a source beside a web API", { web: { url }, source: "probe" }, "source", "probe", /no meaning beside web/],
      ] as const
    ).map(([title, metric, key, value, allowed]) =>
      beside(
        title,
        { prometheus: { url }, metrics: [{ name: "errors", thresholdRange: { max: 1 }, ...metric }] },
        `metrics.0.${key}`,
        value,
        allowed,
      ),
    ),
    beside(
      "a metric that nothing measures",
      { metrics: [{ name: "errors", thresholdRange: { max: 1 } }] },
      "metrics.0.query",
      undefined,
      /PromQL that gives one number/,
    ),
    beside(
      "a query of a built-in metric",
      { prometheus: { url }, metrics: [{ name, query: "up", thresholdRange: { min: 99 } }] },
      "metrics.0.query",
      "up",
      /no meaning for request-success-rate, which is built in/,
    ),
    beside(
      "a metric that may be anything",
      { metrics: [{ name }] },
      "metrics.0.thresholdRange",
      undefined,
      /must be set, or compare/,
    ),
    beside(
      "a range without an end",
      { metrics: [{ name, thresholdRange: {} }] },
      "metrics.0.thresholdRange",
      {},
      /min, max or both/,
    ),
    beside(
      "a range that is empty",
      { metrics: [{ name, thresholdRange: { min: 2, max: 1 } }] },
      "metrics.0.thresholdRange",
      { min: 2, max: 1 },
      /min that is not above max/,
    ),
    beside(
      "a success rate with an upper limit alone",
      { metrics: [{ name: "request-success-rate", thresholdRange: { max: 99 } }] },
      "metrics.0.thresholdRange",
      { max: 99 },
      /must have min for request-success-rate/,
    ),
    beside(
      "a duration with a lower limit alone",
      { metrics: [{ name: "request-duration", thresholdRange: { min: 500 } }] },
      "metrics.0.thresholdRange",
      { min: 500 },
      /must have max for request-duration/,
    ),
    beside(
      "a query that is compared",
      { prometheus: { url }, metrics: [{ name: "errors", query: "up", compare: {} }] },
      "metrics.0.compare",
      { maxRatio: 1.5, confidence: 0.99 },
      /no meaning for a query/,
    ),
    beside(
      "a comparison that only fewer errors pass",
      { metrics: [{ name, compare: { maxRatio: 0.5 } }] },
      "metrics.0.compare.maxRatio",
      0.5,
      /at least 1/,
    ),
    beside(
      "a comparison that is certain",
      { metrics: [{ name, compare: { confidence: 1 } }] },
      "metrics.0.compare.confidence",
      1,
      /above 0.5 and below 1/,
    ),
    beside(
      "Prometheus missing for a source",
      { metrics: [{ name, source: "prometheus", thresholdRange: { min: 99 } }] },
      "prometheus",
      undefined,
      /must be set: rollout.metrics.0 \(request-success-rate\) asks it/,
    ),
    beside(
      "Prometheus missing for a query",
      { metrics: [{ name: "errors", query: "up", thresholdRange: { min: 99 } }] },
      "prometheus",
      undefined,
      /must be set: rollout.metrics.0 \(errors\) asks it/,
    ),
    beside(
      "a query that is probed",
      { prometheus: { url }, metrics: [{ name: "errors", query: "up", source: "probe", thresholdRange: { min: 99 } }] },
      "metrics.0.source",
      "probe",
      /prometheus for a query/,
    ),
    beside(
      "requests that nobody sends",
      { prometheus: { url }, metrics: [{ name, requests: 9, thresholdRange: { min: 99 } }] },
      "metrics.0.requests",
      9,
      /for source probe/,
    ),
    beside(
      "two metrics of a name",
      {
        metrics: [
          { name, thresholdRange: { min: 99 } },
          { name, compare: {} },
        ],
      },
      "metrics.1.name",
      name,
      /another one than those before it/,
    ),
    beside("a key that nobody knows", { treshold: 3 }, "treshold", 3, /did you mean threshold\?/),
    ...(
      [
        ["a part where percent are meant", "request-success-rate", { min: 0.99 }, /in percent .* min 99 is 99 of 100/],
        ["more than all requests", "request-success-rate", { min: 999 }, /in percent/],
        [
          "seconds where milliseconds are meant",
          "request-duration",
          { max: 0.5 },
          /in milliseconds .* max 500 is half/,
        ],
      ] as const
    ).map(([title, metric, range, allowed]) =>
      beside(title, { metrics: [{ name: metric, thresholdRange: range }] }, "metrics.0.thresholdRange", range, allowed),
    ),
  ]);
});
