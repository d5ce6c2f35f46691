import assert from "node:assert/strict";
import { measurePods } from "../../../cli/rollout/measure-pods";
import { clusterApi } from "../../../cluster/api";
import { parseStackConfig } from "../../../config";
import { fakeApi } from "../support/fake-api";
import { replicaRatioStack } from "../support/stacks";

describe("the pods of a workload that takes no requests", () => {
  const fake = fakeApi();
  const config = parseStackConfig(replicaRatioStack());
  const { namespace, plan } = config;
  const put = (name: string, version: string, status: string) =>
    fake().api.put(`pods/${namespace}/${name}`, {
      metadata: { labels: { app: "nginx", version } },
      status: { conditions: [{ type: "Ready", status }] },
    });

  const measure = () => {
    assert.ok(plan.strategy === "replicaRatio");
    return measurePods(clusterApi(fake().cluster), config, plan, new AbortController().signal);
  };

  it("are as planned once so many of each version are ready", async () => {
    for (const name of ["a", "b", "c"]) put(name, "v1", "True");
    put("d", "v2", "False");
    const measuring = measure();
    put("d", "v2", "True");
    const { asPlanned, checks } = await measuring;
    assert.equal(asPlanned, true);
    assert.deepEqual(
      checks.map(({ kind, verdict, message }) => [kind, verdict, message]),
      [["pods", "passed", "pods are ready as planned: 3 of v1, 1 of v2"]],
    );
  });

  it("are told with what was planned where they don't come in time", async () => {
    put("a", "v1", "True");
    const { now } = Date;
    let time = now();
    Date.now = () => (time += 60_000);
    try {
      const { asPlanned, checks } = await measure();
      assert.equal(asPlanned, false);
      assert.equal(checks[0]?.message, "pods are not ready as planned: 1 of v1 (planned 3), 0 of v2 (planned 1)");
    } finally {
      Date.now = now;
    }
  });
});
