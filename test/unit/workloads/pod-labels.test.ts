import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { podLabels } from "../../../workloads/pod-labels";
import { versionObjects } from "../../../workloads/versions";
import { readFixture } from "../../workloads/fixtures";
import { smallStack } from "../support/stacks";

describe("the labels of a version's pods", () => {
  it("are the short form's own", () =>
    assert.deepEqual(podLabels(parseStackConfig(smallStack()), "v2"), { app: "nginx", version: "v2" }));

  it("are in the pods that an application gets", () => {
    const { application, workload } = parseStackConfig(readFixture("shop.yaml"));
    assert.ok(application);
    const { deployment } = versionObjects(application, "v2", {});
    const all = deployment.spec.template.metadata?.labels;
    const labels = podLabels({ workload, application }, "v2");
    assert.deepEqual({ ...all, ...labels }, all);
    assert.equal(labels["sluice.dev/version"], "v2");
    assert.ok(Object.keys(labels).length > 1);
  });
});
