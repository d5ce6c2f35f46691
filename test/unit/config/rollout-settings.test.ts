import { refuseEach, smallStack, type BadValue } from "../support/stacks";

/** A case of a setting below `rollout`, beside a layout that is good. */
function beside(title: string, rollout: object, key: string, value: unknown, allowed: RegExp): BadValue {
  return [title, { "sluice:rollout": { stepWeight: 20, ...rollout } }, `rollout.${key}`, value, allowed];
}

const url = "https://example.com";

describe("a rollout's settings are refused with", () => {
  const name = "request-success-rate";
  const two = [1, 2].map(() => ({ name: "gate", url }));
  refuseEach(smallStack, [
    beside("no such driver", { driver: "argo" }, "driver", "argo", /sluice or flagger/),
    beside("an interval without a unit", { interval: "30" }, "interval", "30", /duration from 1s to 1h/),
    beside("too short an interval", { interval: "500ms" }, "interval", "500ms", /duration from 1s to 1h/),
    beside("too long an interval", { interval: "61m" }, "interval", "61m", /duration from 1s to 1h/),
    beside("a threshold of 0", { threshold: 0 }, "threshold", 0, /from 1 to 1000 \(failed rounds/),
    beside("no patience", { inconclusiveLimit: 0 }, "inconclusiveLimit", 0, /from 1 to 1000/),
    beside("a highest weight of 0", { maxWeight: 0 }, "maxWeight", 0, /from 1 to 100/),
    beside(
      "a deadline before the first check",
      { interval: "10s", progressDeadline: "10s" },
      "progressDeadline",
      "10s",
      /longer than rollout.interval, 10s/,
    ),
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
    beside("a bake without a unit", { bake: "10" }, "bake", "10", /duration from 1s to 24h/),
    beside(
      "a bake without a check",
      { interval: "30s", bake: "10s" },
      "bake",
      "10s",
      /at least rollout.interval, 30s: a shorter one would end before its first check/,
    ),
    beside("most pods of nothing", { maxReplicas: 3 }, "maxReplicas", 3, /no meaning without rollout.canaryReplicas/),
    beside(
      "fewer pods than at first",
      { canaryReplicas: 3, maxReplicas: 2 },
      "maxReplicas",
      2,
      /at least rollout.canaryReplicas, 3/,
    ),
    beside(
      "a chart for nobody",
      { flagger: { version: "1.0.0" } },
      "flagger",
      { version: "1.0.0", namespace: "flagger-system" },
      /no meaning under rollout.driver sluice/,
    ),
    beside("a branch that is an option", { git: { branch: "-D" } }, "git.branch", "-D", /name that git takes/),
    beside("a branch with a gap", { git: { branch: "a b" } }, "git.branch", "a b", /name that git takes/),
    beside("a remote's address", { git: { branch: "a", push: "https://x" } }, "git.push", "https://x", /remote's name/),
    beside("pushing to yes", { git: { branch: "a", push: true } }, "git.push", true, /remote's name such as origin/),
    beside("two webhooks of a name", { webhooks: two }, "webhooks.1.name", "gate", /another one than those before it/),
    beside(
      "no webhook's address",
      { webhooks: [{ name: "gate", url: "ftp://a" }] },
      "webhooks.0.url",
      "ftp://a",
      /http or https URL/,
    ),
    beside(
      "no such webhook",
      { webhooks: [{ name: "a", url, type: "x" }] },
      "webhooks.0.type",
      "x",
      /one of confirm-rollout, pre-rollout, /,
    ),
    beside(
      "a webhook's long wait",
      { webhooks: [{ name: "a", url, timeout: "11m" }] },
      "webhooks.0.timeout",
      "11m",
      /from 1s to 10m/,
    ),
    beside("too many tries", { webhooks: [{ name: "a", url, retries: 11 }] }, "webhooks.0.retries", 11, /from 0 to 10/),
    beside("a webhook without a name", { webhooks: [{ name: "", url }] }, "webhooks.0.name", "", /not be empty/),
    beside(
      "an alert to nowhere",
      { alerts: [{ name: "a", type: "slack" }] },
      "alerts.0",
      { name: "a", type: "slack" },
      /either url or urlVariable/,
    ),
    beside(
      "an alert's useless secret",
      { alerts: [{ name: "a", type: "slack", url, secretVariable: "S" }] },
      "alerts.0.secretVariable",
      "S",
      /no meaning for slack and msteams/,
    ),
    beside(
      "an alert's odd variable",
      { alerts: [{ name: "a", type: "slack", urlVariable: "a b" }] },
      "alerts.0.urlVariable",
      "a b",
      /name of an environment variable/,
    ),
    beside(
      "no such severity",
      { alerts: [{ name: "a", type: "slack", url, severity: "panic" }] },
      "alerts.0.severity",
      "panic",
      /info, warn, error/,
    ),
    beside(
      "two addresses of Prometheus",
      { prometheus: { url, service: { namespace: "a", name: "b" } } },
      "prometheus",
      { url, service: { namespace: "a", name: "b" } },
      /either url or service/,
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
      { prometheus: { url }, metrics: [{ name, query: "up", thresholdRange: { min: 1 } }] },
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
      { metrics: [{ name, source: "prometheus", thresholdRange: { min: 1 } }] },
      "prometheus",
      undefined,
      /must be set: rollout.metrics.0 \(request-success-rate\) asks it/,
    ),
    beside(
      "Prometheus missing for a query",
      { metrics: [{ name: "errors", query: "up", thresholdRange: { min: 1 } }] },
      "prometheus",
      undefined,
      /must be set: rollout.metrics.0 \(errors\) asks it/,
    ),
    beside(
      "a query that is probed",
      { prometheus: { url }, metrics: [{ name: "errors", query: "up", source: "probe", thresholdRange: { min: 1 } }] },
      "metrics.0.source",
      "probe",
      /prometheus for a query/,
    ),
    beside(
      "requests that nobody sends",
      { prometheus: { url }, metrics: [{ name, requests: 9, thresholdRange: { min: 1 } }] },
      "metrics.0.requests",
      9,
      /for source probe/,
    ),
    beside(
      "two metrics of a name",
      {
        metrics: [
          { name, thresholdRange: { min: 1 } },
          { name, compare: {} },
        ],
      },
      "metrics.1.name",
      name,
      /another one than those before it/,
    ),
    beside("a key that nobody knows", { treshold: 3 }, "treshold", 3, /did you mean threshold\?/),
  ]);
});
