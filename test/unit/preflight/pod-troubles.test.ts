import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { addPodTroubles, followUnready } from "../../../engine/unready";
import { podTroubles } from "../../../preflight/pod-troubles";
import { UserError } from "../../../progress/user-error";
import type { Manifest } from "../../../render/manifest";
import { manifest } from "../support/manifests";

const deployment = manifest("Deployment", "shop", { spec: { selector: { matchLabels: { app: "shop" } } } });
const pod = (name: string, ready: string) =>
  manifest("Pod", name, { status: { conditions: [{ type: "Ready", status: ready }] } });
const event = (name: string, lastTimestamp: string, message: string, type = "Warning", kind = "Pod") =>
  manifest("Event", `${name}.${lastTimestamp}`, { type, involvedObject: { kind, name }, message, lastTimestamp });

const events = [
  event("a", "2026-01-01T00:00:02Z", "Readiness probe failed: connection refused"),
  event("a", "2026-01-01T00:00:01Z", "Readiness probe failed: no answer yet"),
  event("a", "2026-01-01T00:00:03Z", "Pulled the image", "Normal"),
  event("a", "2026-01-01T00:00:04Z", "a node of this name", "Warning", "Node"),
  event("b", "2026-01-01T00:00:04Z", "Readiness probe failed long ago"),
];

/** A cluster whose pods and events are given. */
const answering = (pods: readonly Manifest[], listEvents = () => Promise.resolve<readonly Manifest[]>(events)) => ({
  listIn: (_: string, { kind }: { kind: string }) => (kind === "Event" ? listEvents() : Promise.resolve(pods)),
});

describe("what pods say that are not ready", () => {
  it("is the last warning about each that says nothing itself", async () =>
    assert.deepEqual(await podTroubles(answering([pod("a", "False"), pod("b", "True")]), deployment), [
      "pod a: Readiness probe failed: connection refused",
    ]));

  it("is what the pods say themselves if events may not be read", async () => {
    const waiting = { containerStatuses: [{ name: "shop", state: { waiting: { reason: "ImagePullBackOff" } } }] };
    const pods = [pod("a", "False"), manifest("Pod", "c", { status: waiting })];
    const forbidden = () => Promise.reject(new Error("forbidden"));
    assert.deepEqual(await podTroubles(answering(pods, forbidden), deployment), [
      "pod c, container shop: ImagePullBackOff ",
    ]);
  });

  it("is added to the error of the update that waited for them", async () => {
    const unready = followUnready();
    for (const inputs of [deployment, manifest("Service", "shop", {})])
      unready.onEvent({ resOpFailedEvent: { metadata: { new: { inputs } } } } as unknown as EngineEvent);
    const error = new UserError("pulumi failed", "SLUICE1401");
    await addPodTroubles(error, answering([pod("a", "False")]), unready);
    assert.equal(error.message, "pulumi failed\n  pod a: Readiness probe failed: connection refused");
  });
});
