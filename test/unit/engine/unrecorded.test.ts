import assert from "node:assert/strict";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { followBegun, removeUnrecorded } from "../../../engine/unrecorded";
import type { keyOf, Manifest } from "../../../render/manifest";
import { manifest } from "../support/manifests";

const type = "kubernetes:core/v1:Service";
const service = (name: string) => manifest("Service", name, { namespace: "demo" });
const urnOf = (name: string) => `urn:pulumi:dev::sluice::${type}::${name}`;
const stepOf = (name: string, op: string) => ({
  metadata: { op, type, urn: urnOf(name), new: { inputs: service(name) } },
});
const begins = (name: string, op = "create") => ({ resourcePreEvent: stepOf(name, op) }) as unknown as EngineEvent;
const ends = (name: string) => ({ resOutputsEvent: stepOf(name, "create") }) as unknown as EngineEvent;

/** A live object, and who has written it. */
function live(name: string, ...writers: readonly { manager: string; subresource?: string }[]): Manifest {
  const { metadata, ...rest } = service(name);
  return { ...rest, metadata: { ...metadata, uid: `uid-${name}`, managedFields: writers } };
}

const pulumi = { manager: "pulumi-kubernetes-1a2b3c4d" };

/** Names the objects that are removed, by uid. */
async function removedOf(begun: readonly string[], there: readonly Manifest[], recorded: readonly string[] = []) {
  const { objects, onEvent } = followBegun();
  for (const name of begun) onEvent(begins(name));
  const resources = recorded.map((name) => ({ urn: urnOf(name), type }));
  const stack = { exportStack: () => Promise.resolve({ deployment: { resources } }) } as unknown as Stack;
  const removed: string[] = [];
  const api = {
    get: (reference: Parameters<typeof keyOf>[0]) =>
      Promise.resolve(there.find(({ metadata }) => metadata.name === reference.name)),
    remove: (_: unknown, uid: string) => Promise.resolve(removed.push(uid) > 0),
  };
  await removeUnrecorded(api, stack, objects);
  return removed;
}

describe("what a broken-off update leaves unrecorded", () => {
  it("is what it has begun to create, and not heard the end of", () => {
    const { objects, onEvent } = followBegun();
    onEvent(begins("made"));
    onEvent(begins("begun"));
    onEvent(begins("changed", "update"));
    onEvent(ends("made"));
    assert.deepEqual([...objects], [[urnOf("begun"), service("begun")]]);
  });

  it("goes", async () => {
    assert.deepEqual(await removedOf(["a", "b"], [live("a", pulumi)]), ["uid-a"]);
  });

  it("goes, too, where a controller has written its status", async () => {
    const controller = { manager: "kube-apiserver", subresource: "status" };
    assert.deepEqual(await removedOf(["a"], [live("a", pulumi, controller)]), ["uid-a"]);
  });

  it("stays where the state has it", async () => {
    assert.deepEqual(await removedOf(["a"], [live("a", pulumi)], ["a"]), []);
  });

  it("stays where somebody else has made or changed it", async () => {
    const others = [live("a", { manager: "kubectl" }), live("b", pulumi, { manager: "kubectl" }), live("c")];
    assert.deepEqual(await removedOf(["a", "b", "c"], others), []);
  });
});
