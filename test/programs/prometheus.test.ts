import assert from "node:assert/strict";
import { durationsQuery } from "../../rollout/analysis/built-in-queries";
import { controllerSeries, type Role } from "../../rollout/analysis/controller-series";
import { createAnalyst } from "../../rollout/analysis/create-analyst";
import { growth } from "../../rollout/analysis/growth";
import { httpTransport } from "../../rollout/analysis/http-transport";
import { singleNumber } from "../../rollout/analysis/prometheus";
import { prometheusReadings } from "../../rollout/analysis/prometheus-readings";
import { windowSince } from "../../rollout/analysis/window";
import { skipBecause } from "../e2e/support/lab";
import { temporaryFolder } from "../unit/support/folders";
import { prometheusProgram, RunningPrometheus, type Growth } from "./running-prometheus";
import { metricOf, subjectWith } from "../unit/rollout/analysis/subjects";

const { signal } = new AbortController();

const nginx = (canary: string, status: number) =>
  `nginx_ingress_controller_requests{namespace="default",ingress="nginx",service="nginx",canary="${canary}",status="${status}"}`;
const nginxBucket = (canary: string, le: string) =>
  `nginx_ingress_controller_request_duration_seconds_bucket{namespace="default",ingress="nginx",canary="${canary}",le="${le}"}`;
const traefik = (service: string, code: number) =>
  `traefik_service_requests_total{code="${code}",protocol="http",service="${service}@kubernetesingressnginx"}`;
const traefikBucket = (service: string, le: string) =>
  `traefik_service_request_duration_seconds_bucket{code="200",service="${service}@kubernetesingressnginx",le="${le}"}`;
const upstream = "default-nginx-canary-80";
const stable = "default-nginx-nginx-80";

/** 200 requests on the canary, 20 of them failed; 1800 on stable, 3 of them failed; and others that must not count. */
const counters: Readonly<Record<string, Growth>> = {
  [nginx(upstream, 200)]: [5000, 5180],
  [nginx(upstream, 502)]: [7, 11],
  [nginx(upstream, 503)]: [undefined, 16],
  [nginx("", 200)]: [90_000, 91_797],
  [nginx("", 504)]: [1, 4],
  [nginx("default-other-canary-80", 500)]: [0, 999],
  [nginxBucket(upstream, "0.1")]: [4000, 4100],
  [nginxBucket(upstream, "0.5")]: [5000, 5199],
  [nginxBucket(upstream, "+Inf")]: [5007, 5207],
  [nginxBucket("", "0.1")]: [90_000, 91_790],
  [nginxBucket("", "0.5")]: [90_000, 91_800],
  [nginxBucket("", "+Inf")]: [90_000, 91_800],
  [traefik(`${stable}-canary`, 200)]: [undefined, 180],
  [traefik(`${stable}-canary`, 503)]: [undefined, 20],
  [traefik(stable, 200)]: [90_000, 91_797],
  [traefik(stable, 500)]: [1, 4],
  [traefik("default-other-other-80", 500)]: [0, 999],
  [traefikBucket(`${stable}-canary`, "0.1")]: [undefined, 100],
  [traefikBucket(`${stable}-canary`, "1.2")]: [undefined, 200],
  [traefikBucket(`${stable}-canary`, "+Inf")]: [undefined, 200],
  [traefikBucket(stable, "0.1")]: [90_000, 91_790],
  [traefikBucket(stable, "1.2")]: [90_000, 91_800],
  [traefikBucket(stable, "+Inf")]: [90_000, 91_800],
  'sluice_test_reset{at="default"}': [100, 10],
};

describe("the built-in queries, by a real Prometheus", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let prometheus: RunningPrometheus;
  before(async function () {
    const program = await prometheusProgram(signal);
    if (program === undefined) skipBecause(this, "there is neither a prometheus nor an apt-get on PATH");
    prometheus = new RunningPrometheus(program, folder, counters);
    await prometheus.start();
  });
  // Nothing to stop where the suite is skipped.
  after(() => (prometheus as RunningPrometheus | undefined)?.stop());

  const secondsNow = () => windowSince(3600, prometheus.since, Date.now()) ?? 0;
  const analystFor = (written: Record<string, unknown>[]) => {
    const { url } = prometheus;
    const metrics = written.map((metric) => metricOf({ interval: "1h", ...metric }));
    const edges = { prometheus: httpTransport({ url }, {}), send: () => assert.fail("sent") };
    return createAnalyst({ metrics, prometheus: { url }, interval: 60_000 }, edges);
  };

  for (const controller of ["ingress-nginx", "traefik"] as const)
    for (const namespace of ["default", "shop"]) {
      const subject = subjectWith({ controller, namespace });
      const scraped = namespace === "shop" ? ", whose labels were renamed" : "";

      it(`counts exactly what ${controller} served of namespace ${namespace}${scraped}`, async () => {
        const readings = prometheusReadings(subject, secondsNow(), (promql) => prometheus.ask(promql));
        assert.deepEqual(await readings.counts("canary"), { requests: 200, failed: 20 });
        assert.deepEqual(await readings.counts("stable"), { requests: 1800, failed: 3 });
        const [ofCanary, ofStable] = [await readings.durations("canary"), await readings.durations("stable")];
        assert.deepEqual([ofCanary.requests, ofStable.requests], [200, 1800]);
        assert.deepEqual([ofCanary.slowerThan(100), ofStable.slowerThan(100)], [100, 10]);
      });

      it(`finds Prometheus' own 99th percentile of ${controller} in namespace ${namespace}`, async () => {
        const seconds = secondsNow();
        for (const role of ["canary", "stable"] satisfies Role[]) {
          const series = controllerSeries(subject, role);
          assert.ok(series);
          const promql = `1000 * histogram_quantile(0.99, ${durationsQuery(series, seconds)})`;
          const expected = singleNumber(await prometheus.ask(promql)) ?? NaN;
          const readings = prometheusReadings(subject, seconds, (asked) => prometheus.ask(asked));
          const { p99 } = await readings.durations(role);
          assert.ok(Math.abs((p99?.milliseconds ?? 0) - expected) < 1e-6, `${p99?.milliseconds} is not ${expected}`);
        }
      });

      it(`judges a canary by what ${controller} counted in namespace ${namespace}`, async () => {
        const judgedBy = async (...metrics: Record<string, unknown>[]) => {
          const analyst = analystFor(metrics);
          await analyst.prepare(subject, signal);
          return analyst.check({ ...subject, since: prometheus.since }, signal);
        };
        const [failed] = await judgedBy({ name: "request-success-rate", thresholdRange: { min: 99 } });
        assert.equal(failed?.verdict, "failed");
        assert.match(failed?.message ?? "", /^request-success-rate is 90%: /);
        // A single round convicts nobody by comparison.
        const compared = await judgedBy(
          { name: "request-success-rate", compare: {} },
          { name: "request-duration", compare: {} },
        );
        assert.deepEqual(
          compared.map(({ verdict }) => verdict),
          ["no data", "no data"],
        );
        assert.match(compared[0]?.message ?? "", /^10% of 200 requests on v2 failed in this step, .* of 1800 on v1: /);
        assert.match(compared[1]?.message ?? "", /^1 of 100 requests on v1 takes longer than 100ms/);
      });
    }

  it("finds no requests of a canary that nobody asked for", async () => {
    const [result] = await analystFor([{ name: "request-success-rate", thresholdRange: { min: 99 } }]).check(
      subjectWith({ workload: "other", since: prometheus.since }),
      signal,
    );
    assert.equal(result?.verdict, "no data");
    assert.match(result?.message ?? "", /^no requests reached v2 in the last \d+s: cannot tell yet$/);
  });

  it("estimates what grew since a reset", async () => {
    const reset = { metric: "sluice_test_reset", labels: { at: "default" } };
    const grown = singleNumber(await prometheus.ask(growth(reset, secondsNow()))) ?? 0;
    // At least what is there; at most as much more as Prometheus extrapolates two samples.
    assert.ok(grown >= 10 && grown <= 32, `${grown}`);
  });

  it("has a query of the stack's own rejected before anything changes", async () => {
    const custom = (query: string) => ({ name: "custom", query, thresholdRange: { max: 1 } });
    const prepared = analystFor([custom("sum(up{job=}")]).prepare(subjectWith(), signal);
    await assert.rejects(prepared, /sluice:rollout\.metrics\.0\.query is "sum\(up\{job=\}".*parse error/);
    await analystFor([custom('sum(rate(up{a="{{ canary }}"}[{{ interval }}]))')]).prepare(subjectWith(), signal);
    await assert.rejects(analystFor([custom("up")]).prepare(subjectWith(), signal), /gives 2 series where one number/);
  });
});
