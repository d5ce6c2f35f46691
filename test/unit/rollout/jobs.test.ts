import assert from "node:assert/strict";
import { clusterApi } from "../../../cluster/api";
import { createAnalyst } from "../../../rollout/analysis/create-analyst";
import { jobsOf } from "../../../rollout/jobs/run-job";
import { fakeApi } from "../support/fake-api";
import { metricOf, subjectWith } from "./analysis/subjects";

const at = Date.parse("2026-12-01T12:00:00Z");
const spec = {
  template: {
    spec: { containers: [{ name: "smoke", image: "smoke:1", args: ["http://{{ service }}/", "{{ canary }}"] }] },
  },
};
const condition = (type: string, message?: string) => ({ conditions: [{ type, status: "True", message }] });

interface StoredJob {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly template: { readonly spec: { readonly containers: unknown } } };
}

describe("a metric that is a Job", () => {
  const fake = fakeApi();
  const { signal } = new AbortController();

  const analyst = (job: Record<string, unknown> = { spec }) => {
    const send = () => assert.fail("sent");
    const metrics = [metricOf({ name: "smoke", job })];
    const jobs = jobsOf(clusterApi(fake().cluster));
    return createAnalyst({ metrics, interval: 60_000 }, { send, jobs, now: () => at });
  };
  /** What Kubernetes does with a Job: it has the next of these statuses each time that it is looked at. */
  const goThrough = (...statuses: readonly object[]) => {
    const { api } = fake();
    const left = [...statuses];
    api.before = (method, key) => {
      const job = api.objects.get(key);
      const status = job && method === "GET" && left.shift();
      if (job && status) api.put(key, { ...job, status });
    };
  };
  const jobsThere = () => [...fake().api.objects.keys()].filter((key) => key.startsWith("jobs/"));
  const check = async (job?: Record<string, unknown>) => {
    const [result] = await analyst(job).check(subjectWith(), signal);
    return result ?? assert.fail("no result");
  };

  it("passes if the Job completes, which is removed then", async () => {
    const { api } = fake();
    let seen: unknown;
    goThrough({ active: 1, ready: 1 }, { succeeded: 1, ...condition("Complete") });
    api.after = (method) => {
      if (method === "PATCH") seen = [...api.objects.entries()].find(([key]) => key.startsWith("jobs/default/"));
    };
    const { verdict, message } = await check();
    assert.deepEqual([verdict, message], ["passed", "the Job of smoke completed"]);
    const [key, job] = seen as [string, StoredJob];
    assert.equal(key, `jobs/default/nginx-check-0-${(at / 1000).toString(36)}`);
    assert.deepEqual(job.metadata.labels, {
      "sluice.dev/stack": "dev",
      "sluice.dev/part": "check",
      "sluice.dev/metric": "0",
    });
    const { template, ...rest } = job.spec;
    assert.deepEqual(rest, { activeDeadlineSeconds: 300, backoffLimit: 0, ttlSecondsAfterFinished: 600 });
    assert.deepEqual(template.spec, {
      restartPolicy: "Never",
      containers: [{ name: "smoke", image: "smoke:1", args: ["http://nginx-canary/", "v2"] }],
    });
    assert.deepEqual(jobsThere(), []);
  });

  it("fails if the Job fails, with its container's last words", async () => {
    const name = `nginx-check-0-${(at / 1000).toString(36)}`;
    fake().api.put("pods/default/smoke-x", {
      metadata: { labels: { "batch.kubernetes.io/job-name": name } },
      status: { containerStatuses: [{ name: "smoke", state: { terminated: { exitCode: 3, message: "no\nprices" } } }] },
    });
    goThrough({ failed: 1, ...condition("Failed", "Job has reached the specified backoff limit") });
    const { verdict, message } = await check();
    assert.equal(verdict, "failed");
    assert.equal(
      message,
      "the Job of smoke failed: Job has reached the specified backoff limit; container smoke ended with exit code 3: no prices",
    );
    assert.deepEqual(jobsThere(), []);
  });

  it("fails if the Job runs too long, and tells nothing if none of its pods has run", async () => {
    const late = condition("Failed", "Job was active longer than specified deadline");
    goThrough({ active: 1, ready: 1 }, late);
    assert.equal((await check()).verdict, "failed");
    goThrough({ active: 1 }, late);
    const { verdict, message } = await check();
    assert.deepEqual(
      [verdict, message],
      ["inconclusive", "no pod of the Job of smoke has run: Job was active longer than specified deadline"],
    );
  });

  it("is inconclusive if the Job can't be run, with the rights that it needs", async () => {
    fake().api.before = (method) => (method === "PATCH" ? 403 : undefined);
    const { verdict, message } = await check();
    assert.equal(verdict, "inconclusive");
    assert.match(message, /may not .*\(a Role with create, patch, get, list and delete on batch\/jobs\)$/);
  });

  it("goes on while the API server is busy, and stops if somebody removes the Job", async () => {
    const { api } = fake();
    let gets = 0;
    api.before = (method, key) => {
      if (method !== "GET" || key.split("/").length < 3) return undefined;
      gets += 1;
      if (gets < 5) return 503;
      api.objects.delete(key);
      return undefined;
    };
    const { verdict, message } = await check();
    assert.equal(verdict, "inconclusive");
    assert.match(message, /the Job nginx-check-0-\w+ of smoke was removed while it ran/);
    assert.ok(gets >= 5);
  });

  it("leaves nothing behind if it is interrupted", async () => {
    const controller = new AbortController();
    const { api } = fake();
    api.after = (method) => {
      if (method === "PATCH") controller.abort(new Error("interrupted"));
    };
    await assert.rejects(analyst().check(subjectWith(), controller.signal), /interrupted/);
    assert.ok(api.requests.some((one) => one.startsWith("PATCH jobs/default/nginx-check-0-")));
    assert.deepEqual(jobsThere(), []);
  });

  it("removes what a killed driver has left of this metric, and of no other", async () => {
    const labels = { "sluice.dev/stack": "dev", "sluice.dev/part": "check", "sluice.dev/metric": "0" };
    const { api } = fake();
    api.put("jobs/default/left", { apiVersion: "batch/v1", metadata: { labels } });
    api.put("jobs/default/other", { metadata: { labels: { ...labels, "sluice.dev/metric": "1" } } });
    api.put("jobs/default/foreign", { metadata: { labels: {} } });
    goThrough({ succeeded: 1, ...condition("Complete") });
    await check();
    assert.deepEqual(jobsThere(), ["jobs/default/other", "jobs/default/foreign"]);
  });

  it("is shown to the API server before anything changes, which refuses what it can't be", async () => {
    await analyst().prepare(subjectWith(), signal);
    assert.deepEqual(jobsThere(), []);
    await assert.rejects(
      analyst({ spec: { template: { spec: { containers: [{ name: "{{ guess }}" }] } } } }).prepare(
        subjectWith(),
        signal,
      ),
      /rollout\.metrics\.0\.job\.spec is .* must not have \{\{ guess \}\}/,
    );
    fake().api.before = (method) => (method === "PATCH" ? 422 : undefined);
    await assert.rejects(
      analyst().prepare(subjectWith(), signal),
      /rollout\.metrics\.0\.job\.spec is .* it must be a Job that the API server takes/,
    );
    fake().api.before = (method) => (method === "PATCH" ? 403 : undefined);
    await assert.rejects(analyst().prepare(subjectWith(), signal), /delete on batch\/jobs/);
  });
});
