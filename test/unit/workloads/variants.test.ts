import assert from "node:assert/strict";
import type { ClusterObject } from "../../../kubernetes/cluster-object";
import { findApplication, isStatefulSet } from "../../../workloads/find";
import { variantOf } from "../../../workloads/variants";
import { readFixture } from "../../workloads/fixtures";

/** A chart's objects with one version's values, and what is said of them. */
function saidOf(change: (object: ClusterObject) => ClusterObject): string {
  const { objects } = readFixture("stateful.yaml")["sluice:from"] as { objects: ClusterObject[] };
  const application = findApplication(objects, {});
  assert.ok("workload" in application && isStatefulSet(application.workload));
  const found = variantOf("v2", application, objects.map(change));
  return Array.isArray(found) ? found.map(({ key, value, allowed }) => `${key} ${value} ${allowed}`).join() : "";
}

describe("what a version's values make of a chart", () => {
  it("is refused if they change the workload's name", () => {
    const renamed = (object: ClusterObject) => ({ ...object, metadata: { ...object.metadata, name: "other" } });
    assert.match(
      saidOf(renamed),
      /^versions\.v2\.values StatefulSet\/other must not change names: the chart has no StatefulSet\/store/,
    );
  });

  it("is refused if they change the pods' labels, by which Services find them", () => {
    const relabeled = (object: ClusterObject) => {
      if (object.kind !== "StatefulSet") return object;
      const { template, ...spec } = object["spec"] as { template: object };
      return { ...object, spec: { ...spec, template: { ...template, metadata: { labels: { app: "other" } } } } };
    };
    assert.match(saidOf(relabeled), /must keep the pods' labels: Service\/store would not select them/);
  });

  it("is the workload if nothing else differs", () => {
    assert.equal(
      saidOf((object) => object),
      "",
    );
  });
});
