import assert from "node:assert/strict";
import { parseStackConfig, type StackConfig } from "../../../config";
import { layOut } from "../../../rollout/layout";
import type { Routing } from "../../../rollout/spec";
import { routedStack, withStack } from "../../../rollout/stack";
import { routeObjects, withdrawPatches } from "../../../routers";
import { applyMergePatch } from "../../../routers/merge-patch";
import { versionObjects } from "../../../workloads/versions";
import { readFixture } from "../../workloads/fixtures";

type Objects = ReadonlyMap<string, object>;

const objectsOf = (config: StackConfig): Objects =>
  new Map(
    routeObjects({ config, plan: config.plan, title: config.workload }).map(({ kind, metadata, spec }) => [
      `${kind} ${metadata.name}`,
      { metadata, spec },
    ]),
  );

describe("the bake of an application of its own manifests", () => {
  for (const fixture of ["shop.yaml", "fan-out.yaml", "sticky.yaml", "tls.yaml", "http-route.yaml"]) {
    const raw = readFixture(fixture, { "sluice:rollout": { interval: "1s", stepWeight: 50, bake: "10m" } });
    const spec = withStack(layOut(parseStackConfig(raw), "v2"), raw, raw);
    const at = (routing: Routing) => routedStack(spec, routing, undefined);
    const [trial, baking, back] = [at({ kind: "trial", step: 1 }), at({ kind: "promoted" }), at({ kind: "stable" })];

    it(`leaves the predecessor its pods: ${fixture}`, () => {
      const podsIn = ({ application, versions }: StackConfig) => {
        const { deployment } = versionObjects(application ?? assert.fail(), "v1", versions["v1"] ?? assert.fail());
        return deployment.spec;
      };
      assert.deepEqual(podsIn(baking), podsIn(trial));
      assert.notEqual(podsIn(baking).replicas, 0);
    });

    it(`is left by patches that lead everybody to the predecessor: ${fixture}`, () => {
      const before = objectsOf(baking);
      const after = new Map(before);
      for (const { kind, name, patch } of withdrawPatches(back, back.plan)) {
        const object = after.get(`${kind} ${name}`);
        // The canary's own objects are not there any more.
        if (object) after.set(`${kind} ${name}`, applyMergePatch(object, patch) as object);
      }
      const wanted = objectsOf(back);
      assert.deepEqual(
        [...after],
        [...before.keys()].map((name) => [name, wanted.get(name)]),
      );
      assert.match(JSON.stringify([...before.values()]), /"sluice\.dev\/version":"v2"/);
      assert.doesNotMatch(JSON.stringify([...after.values()]), /"sluice\.dev\/version":"v2"/);
    });
  }
});
