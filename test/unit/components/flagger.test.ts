import assert from "node:assert/strict";
import { ConfigError } from "../../../config/problems";
import type { EvaluatedProgram } from "../../../render/evaluate";
import { at, chartOf, dependenciesOf, namesOf, objectOf, runProgram } from "../support/programs";
import { flaggerStack, type RawConfig } from "../support/stacks";

const prometheus = { service: { namespace: "monitoring", name: "prometheus" } };
const metrics = [
  { name: "request-success-rate", interval: "1m", thresholdRange: { min: 99 } },
  { name: "request-duration", thresholdRange: { max: 500 } },
  { name: "Queue length", query: "max(queue{app='{{ workload }}', v='{{canary}}'})", thresholdRange: { max: 9 } },
];
const traefik = { "sluice:ingressController": { kind: "traefik" } };

describe("a release by Flagger", function () {
  this.timeout(30_000);
  let program: EvaluatedProgram;
  const specOf = (from: EvaluatedProgram, kind: string, name = "nginx") =>
    at(objectOf(from, kind, name).inputs, "spec");
  const run = (rollout: RawConfig = {}, changes: RawConfig = {}) => runProgram(flaggerStack(rollout, changes));
  before(async () => (program = await run({ interval: "3s", threshold: 5, progressDeadline: "90s" })));

  it("has one Deployment with the version that is stable, an Ingress and a Canary, and no Service", () => {
    const kinds = ["Deployment", "Ingress", "Canary", "Service", "HorizontalPodAutoscaler"];
    assert.deepEqual(
      kinds.map((kind) => namesOf(program, kind)),
      [["nginx"], ["nginx"], ["nginx"], [], []],
    );
    const deployment = specOf(program, "Deployment");
    assert.equal(at(deployment, "template", "spec", "containers", 0, "image"), "nginx:1");
    assert.deepEqual(at(deployment, "selector", "matchLabels"), { app: "nginx" });
    assert.equal(at(deployment, "progressDeadlineSeconds"), 90);
    assert.ok(!Object.hasOwn(deployment as object, "replicas"));
    const backend = at(specOf(program, "Ingress"), "rules", 0, "http", "paths", 0, "backend", "service");
    assert.deepEqual(backend, { name: "nginx", port: { number: 80 } });
  });

  it("tells Flagger in its own words", () => {
    assert.deepEqual(specOf(program, "Canary"), {
      provider: "nginx",
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "nginx" },
      ingressRef: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "nginx" },
      progressDeadlineSeconds: 90,
      service: { port: 80, portName: "http", targetPort: "http" },
      analysis: { interval: "3s", threshold: 5, maxWeight: 100, stepWeight: 20 },
    });
  });

  it("changes nothing but the pods at a change of stable", async () => {
    const next = await run({ interval: "3s", threshold: 5, progressDeadline: "90s" }, { "sluice:stable": "v2" });
    assert.equal(at(specOf(next, "Deployment"), "template", "spec", "containers", 0, "image"), "nginx:2");
    for (const kind of ["Ingress", "Canary"])
      assert.deepEqual(objectOf(next, kind, "nginx").inputs, objectOf(program, kind, "nginx").inputs);
  });

  it("says the number of pods by an autoscaler, which Flagger copies", async () => {
    const versions = { "sluice:versions": { v1: { image: "nginx:1", replicas: 4, minAvailable: 3 } } };
    const scaled = await run({}, versions);
    const autoscaler = specOf(scaled, "HorizontalPodAutoscaler");
    assert.deepEqual([at(autoscaler, "minReplicas"), at(autoscaler, "maxReplicas")], [4, 4]);
    assert.equal(at(specOf(scaled, "Canary"), "autoscalerRef", "name"), "nginx");
    assert.deepEqual(at(specOf(scaled, "PodDisruptionBudget"), "selector", "matchLabels"), { app: "nginx-primary" });
    const bounds = { minReplicas: 2, maxReplicas: 9 };
    const own = await run({}, { "sluice:versions": { v1: { image: "nginx:1", autoscaling: bounds } } });
    assert.equal(at(specOf(own, "HorizontalPodAutoscaler"), "maxReplicas"), 9);
  });

  it("hands on webhooks, alerts and an A/B test", async () => {
    const webhook = { name: "released", type: "post-rollout", url: "https://hooks.example.com", timeout: "5s" };
    const { analysis } = specOf(
      await run({
        stepWeight: undefined,
        iterations: 10,
        match: { headerMatch: { name: "Region", pattern: "^sh" }, cookieMatch: "trial" },
        webhooks: [{ ...webhook, retries: 2, metadata: { data: "text" } }],
        alerts: [{ name: "On call", type: "slack", severity: "error", url: "https://slack.example.com" }],
      }),
      "Canary",
    ) as { analysis: unknown };
    assert.deepEqual(analysis, {
      interval: "10s",
      threshold: 1,
      iterations: 10,
      match: [{ headers: { Region: { regex: "^sh" } } }, { headers: { cookie: { exact: "trial" } } }],
      webhooks: [{ ...webhook, retries: 2, metadata: { data: "text" } }],
      alerts: [{ name: "On call", severity: "error", providerRef: { name: "nginx-on-call-5463f72f" } }],
    });
  });

  it("gives names of people's that differ in signs alone objects of their own", async () => {
    const alert = { type: "slack", url: "https://hooks.example.com/a" };
    const made = await run({ alerts: ["研发群", "运维群", "on call", "on-call"].map((name) => ({ ...alert, name })) });
    assert.equal(new Set(namesOf(made, "AlertProvider")).size, 4);
    for (const name of namesOf(made, "AlertProvider")) assert.match(name, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  });

  it("asks Traefik's metrics by templates, under the name that Traefik counts a canary by", async () => {
    const asked = await run({ prometheus, metrics }, traefik);
    assert.deepEqual(namesOf(asked, "MetricTemplate"), [
      "nginx-queue-length-89985e94",
      "nginx-request-duration",
      "nginx-request-success-rate",
    ]);
    const rate = specOf(asked, "MetricTemplate", "nginx-request-success-rate");
    assert.deepEqual(at(rate, "provider"), { type: "prometheus", address: "http://prometheus.monitoring:9090" });
    const service = 'service="{{ namespace }}-{{ ingress }}-{{ service }}-80-canary@kubernetesingressnginx"';
    assert.ok(String(at(rate, "query")).includes(service));
    assert.equal(
      at(specOf(asked, "MetricTemplate", "nginx-queue-length-89985e94"), "query"),
      "max(queue{app='{{ target }}', v='v1'})",
    );
    assert.deepEqual(at(specOf(asked, "Canary"), "analysis", "metrics"), [
      {
        name: "request-success-rate of the canary",
        interval: "60s",
        thresholdRange: { min: 99 },
        templateRef: { name: "nginx-request-success-rate" },
      },
      {
        name: "request-duration of the canary",
        interval: "10s",
        thresholdRange: { max: 500 },
        templateRef: { name: "nginx-request-duration" },
      },
      {
        name: "Queue length",
        interval: "10s",
        thresholdRange: { max: 9 },
        templateRef: { name: "nginx-queue-length-89985e94" },
      },
    ]);
  });

  it("leaves to Flagger what it has built in for ingress-nginx, and asks for a percentile where that is a mean", async () => {
    const asked = await run({ prometheus: { url: "http://10.96.0.9:9090" }, metrics: metrics.slice(0, 2) });
    assert.deepEqual(namesOf(asked, "MetricTemplate"), ["nginx-request-duration"]);
    assert.equal(at(specOf(asked, "Canary"), "metricsServer"), "http://10.96.0.9:9090");
    const query = String(at(specOf(asked, "MetricTemplate", "nginx-request-duration"), "query"));
    assert.match(query, /histogram_quantile\(0\.99, .*nginx_ingress_controller_request_duration_seconds_bucket/);
  });

  it("takes secrets from the environment, and says which is missing", async () => {
    const alerts = [{ name: "team", type: "msteams", urlVariable: "SLUICE_TEST_ALERT_URL" }];
    const secrets = { prometheus: { ...prometheus, tokenVariable: "SLUICE_TEST_TOKEN" }, metrics, alerts };
    await assert.rejects(run(secrets), ConfigError);
    process.env["SLUICE_TEST_ALERT_URL"] = "https://secret.example.com";
    try {
      await assert.rejects(run(secrets), /sluice:rollout\.prometheus\.tokenVariable is "SLUICE_TEST_TOKEN"/);
      process.env["SLUICE_TEST_TOKEN"] = "token";
      const made = await run(secrets);
      assert.deepEqual(at(objectOf(made, "Secret", "nginx-team").inputs, "stringData"), {
        address: "https://secret.example.com",
      });
      assert.deepEqual(specOf(made, "AlertProvider", "nginx-team"), {
        type: "msteams",
        secretRef: { name: "nginx-team" },
      });
      const template = specOf(made, "MetricTemplate", "nginx-queue-length-89985e94");
      assert.deepEqual(at(template, "provider", "secretRef"), { name: "nginx-prometheus" });
    } finally {
      delete process.env["SLUICE_TEST_ALERT_URL"];
      delete process.env["SLUICE_TEST_TOKEN"];
    }
  });

  it("brings Flagger by its chart where it is told to, and its objects wait for it", async () => {
    const brought = await run({ flagger: { namespace: "release" }, prometheus, metrics }, traefik);
    const chart = chartOf(brought, "flagger");
    assert.deepEqual(chart["repositoryOpts"], { repo: "https://flagger.app" });
    assert.deepEqual([chart["chart"], chart["version"], chart["namespace"]], ["flagger", "1.41.0", "release"]);
    assert.deepEqual(chart["values"], {
      meshProvider: "nginx",
      securityContext: { context: { runAsNonRoot: true, allowPrivilegeEscalation: false } },
      metricsServer: "http://prometheus.monitoring:9090",
    });
    assert.ok(namesOf(brought, "Namespace").includes("release"));
    for (const [kind, name] of [
      ["Canary", "nginx"],
      ["MetricTemplate", "nginx-queue-length-89985e94"],
    ] as const)
      assert.ok(dependenciesOf(objectOf(brought, kind, name)).includes("Chart flagger"), kind);
    assert.ok(dependenciesOf(objectOf(brought, "Canary", "nginx")).includes("Ingress nginx"));
    assert.equal(
      program.resources.some(({ type }) => type.endsWith(":Chart")),
      false,
    );
  });
});
