import { refuseEach, smallStack, type BadValue } from "../support/stacks";

/** A case of a setting below `rollout`, beside a layout that is good. */
function beside(title: string, rollout: object, key: string, value: unknown, allowed: RegExp): BadValue {
  return [title, { "sluice:rollout": { stepWeight: 20, ...rollout } }, `rollout.${key}`, value, allowed];
}

const url = "https://example.com";

describe("a rollout's settings are refused with", () => {
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
    beside("a probe's path that is none", { probe: { path: "health" } }, "probe.path", "health", /begins with \//),
    beside("no such status", { probe: { expect: [99] } }, "probe.expect.0", 99, /from 100 to 599/),
    beside("no status at all", { probe: { expect: [] } }, "probe.expect", [], /such as \[200, 302\]/),
    beside(
      "a probe that nobody sends",
      { probe: { path: "/health" }, metrics: [] },
      "probe",
      { path: "/health", headers: {}, headerVariables: {} },
      /no metric has source probe/,
    ),
  ]);
});
