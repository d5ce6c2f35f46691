import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Application } from "../../../kubernetes/application";
import { followDropped, removeDroppedVersions } from "../../../engine/dropped";

const deployment = (name: string, workload: string) => {
  const metadata = { namespace: "demo", uid: `uid-${name}`, labels: { "sluice.dev/workload": workload } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, ...metadata } };
};
const ends = (outputs: object, more: object = {}, op = "delete") =>
  ({
    resOutputsEvent: {
      metadata: { op, old: { type: "kubernetes:apps/v1:Deployment", retainOnDelete: true, outputs, ...more } },
    },
  }) as unknown as EngineEvent;
const adopted = { live: {}, workload: { metadata: { name: "web" } } } as unknown as Application;

async function removedBy(application: Application | undefined, ...events: readonly EngineEvent[]): Promise<string[]> {
  const { objects, onEvent } = followDropped();
  events.forEach(onEvent);
  const removed: string[] = [];
  const remove = (_: unknown, uid = "") => Promise.resolve(removed.push(uid) > 0);
  await removeDroppedVersions({ remove }, application, objects);
  return removed;
}

describe("a version of a live workload that an update drops", () => {
  const dropped = ends(deployment("web-v2", "web"));

  it("goes, where a destroy would keep it", async () => {
    assert.deepEqual(await removedBy(adopted, dropped), ["uid-web-v2"]);
  });

  it("stays if it isn't dropped, is only patched, or goes by Pulumi itself", async () => {
    const object = deployment("web-v2", "web");
    const patch = ends(object, { type: "kubernetes:apps/v1:DeploymentPatch" });
    const ordinary = ends(object, { retainOnDelete: false });
    assert.deepEqual(await removedBy(adopted, ends(object, {}, "update"), patch, ordinary), []);
  });

  it("stays if the stack no longer releases the workload", async () => {
    assert.deepEqual(await removedBy(adopted, ends(deployment("shop-v2", "shop"))), []);
    assert.deepEqual(await removedBy(undefined, dropped), []);
  });
});
