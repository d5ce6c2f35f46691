import assert from "node:assert/strict";
import { raiseSuccessors, releaseSuccessors, withSuccessors } from "../../../cli/autoscaled";
import { Interrupted } from "../../../cli/interruption";
import { parseStackConfig } from "../../../config";
import { applyMergePatch } from "../../../routers/merge-patch";
import type { Manifest, ObjectReference } from "../../../render/manifest";
import { autoscaledSuccessors } from "../../../routers/deployed";
import { quietContext } from "../support/quiet-context";
import { blueGreenStack, type RawConfig } from "../support/stacks";

const autoscaling = { minReplicas: 2, maxReplicas: 8 };
const versions = { v1: { image: "nginx:1", autoscaling }, v2: { image: "nginx:2", autoscaling } };
const stack = (activeColor: "blue" | "green", changes: RawConfig = {}) =>
  parseStackConfig(blueGreenStack({ "sluice:versions": versions, "sluice:activeColor": activeColor, ...changes }));
const successors = (changes: RawConfig = {}) =>
  autoscaledSuccessors(stack("green", changes), stack("blue", changes).plan, stack("green", changes).plan);

describe("a color that takes another one's place, and whose pods an autoscaler counts", () => {
  let objects: Map<string, Manifest>;
  let patches: object[];
  const put = (kind: string, name: string, parts: object) =>
    objects.set(`${kind} ${name}`, { apiVersion: "", kind, metadata: { name }, ...parts });
  const api = {
    get: ({ kind, name }: ObjectReference) => Promise.resolve(objects.get(`${kind} ${name}`)),
    apply: () => Promise.reject(new Error("nothing was applied by Pulumi here")),
    merge: ({ kind, name }: ObjectReference, patch: object) => {
      patches.push(patch);
      const merged = applyMergePatch(objects.get(`${kind} ${name}`), patch) as Manifest;
      objects.set(`${kind} ${name}`, merged);
      return Promise.resolve(merged);
    },
  };

  /** A cluster in which so many pods serve, and the other color has the least number. */
  function serving(pods: number) {
    objects = new Map();
    patches = [];
    put("Deployment", "nginx-v1", { spec: { replicas: pods }, status: { readyReplicas: pods } });
    put("Deployment", "nginx-v2", { spec: { replicas: 2 }, status: { readyReplicas: 2 } });
    put("HorizontalPodAutoscaler", "nginx-v2", { spec: { minReplicas: 2, maxReplicas: 8 } });
  }
  const least = () =>
    (objects.get("HorizontalPodAutoscaler nginx-v2")?.["spec"] as { minReplicas: number }).minReplicas;

  it("is looked at only if it is another version, with an autoscaler", () => {
    assert.deepEqual(successors(), [{ namespace: "demo", serving: "nginx-v1", target: "nginx-v2", ...autoscaling }]);
    const fixed = { "sluice:versions": { ...versions, v2: { image: "nginx:2" } } };
    assert.deepEqual(successors(fixed), []);
    const { plan } = stack("blue");
    assert.deepEqual(autoscaledSuccessors(stack("blue"), plan, plan), []);
  });

  it("has as many pods as serve, ready, before users come to it", async () => {
    serving(5);
    const reported: string[] = [];
    // The autoscaler does what it is told, and the pods get ready.
    const report = (line: string) => {
      reported.push(line);
      put("Deployment", "nginx-v2", { spec: { replicas: least() }, status: { readyReplicas: least() } });
    };
    await raiseSuccessors(api, successors(), { ...quietContext, report });
    assert.equal(least(), 5);
    assert.deepEqual(reported, ["nginx-v2 has 2 of 5 pods, as many as nginx-v1"]);
  });

  it("has no more than its autoscaler allows, and waits for nothing if it has enough", async () => {
    for (const [pods, wanted] of [
      [50, 8],
      [2, 2],
      [1, 2],
    ] as const) {
      serving(pods);
      put("Deployment", "nginx-v2", { spec: { replicas: 8 }, status: { readyReplicas: 8 } });
      await raiseSuccessors(api, successors(), quietContext);
      assert.equal(least(), wanted);
    }
  });

  it("is left to its autoscaler again, once that has seen the load, or at once if users did not come", async () => {
    for (const since of [Date.now() - 90_000, undefined]) {
      serving(5);
      await api.merge(
        { apiVersion: "", kind: "HorizontalPodAutoscaler", name: "nginx-v2" },
        { spec: { minReplicas: 5 } },
      );
      await releaseSuccessors(api, successors(), since, quietContext);
      assert.equal(least(), 2);
    }
    const signal = AbortSignal.abort(new Error("ended"));
    serving(5);
    await api.merge(
      { apiVersion: "", kind: "HorizontalPodAutoscaler", name: "nginx-v2" },
      { spec: { minReplicas: 5 } },
    );
    await assert.rejects(releaseSuccessors(api, successors(), Date.now(), { ...quietContext, signal }));
    assert.equal(least(), 5);
  });

  it("is left to its autoscaler again however the move went, and moved to once if it has nothing to count", async () => {
    serving(5);
    const report = { json: true };
    put("Deployment", "nginx-v2", { spec: { replicas: 5 }, status: { readyReplicas: 5 } });
    const seen: number[] = [];
    const moving = withSuccessors(api, { successors: successors(), autoscaled: [] }, report, () => {
      seen.push(least());
      return Promise.reject(new Error("the patch was refused"));
    });
    await assert.rejects(moving, /the patch was refused/);
    assert.deepEqual([seen, least()], [[5], 2]);
    await withSuccessors(api, { successors: [], autoscaled: [] }, report, () => Promise.resolve(void seen.push(0)));
    assert.deepEqual(seen, [5, 0]);
  });

  it("is left to its autoscaler at once if Ctrl-C comes before users do", async () => {
    serving(5);
    put("Deployment", "nginx-v2", { spec: { replicas: 5 }, status: { readyReplicas: 5 } });
    const both = { successors: successors(), autoscaled: [] };
    const moving = withSuccessors(api, both, { json: true }, () => Promise.reject(new Interrupted()));
    await assert.rejects(moving, Interrupted);
    assert.equal(least(), 2);
  });

  it("keeps its pods if Ctrl-C comes behind users, until the next update finds them", async () => {
    serving(5);
    put("Deployment", "nginx-v2", { spec: { replicas: 5 }, status: { readyReplicas: 5 } });
    const both = { successors: successors(), autoscaled: successors() };
    const moving = withSuccessors(api, both, { json: true }, (moved) => {
      moved();
      return Promise.reject(new Interrupted());
    });
    await assert.rejects(moving, Interrupted);
    assert.equal(least(), 5);
    await withSuccessors(api, { ...both, successors: [] }, { json: true }, () => Promise.resolve());
    assert.equal(least(), 2);
  });

  it("keeps what somebody else has raised", async () => {
    serving(5);
    put("HorizontalPodAutoscaler", "nginx-v2", { spec: { minReplicas: 6, maxReplicas: 8 } });
    const both = { successors: [], autoscaled: successors() };
    await withSuccessors(api, both, { json: true }, () => Promise.resolve());
    assert.equal(least(), 6);
  });

  it("is not waited for if it has no pods at all, which an update brings back", async () => {
    serving(5);
    put("Deployment", "nginx-v2", { spec: { replicas: 0 } });
    await raiseSuccessors(api, successors(), quietContext);
    assert.equal(least(), 5);
  });

  it("is not patched if its autoscaler has its own number", async () => {
    serving(5);
    await releaseSuccessors(api, successors(), undefined, quietContext);
    assert.deepEqual(patches, []);
  });
});
