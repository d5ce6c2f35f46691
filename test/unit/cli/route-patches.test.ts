import assert from "node:assert/strict";
import { patchesBetween, patchesOf } from "../../../cli/route-patches";
import { parseStackConfig } from "../../../config";
import type { StackOutputs } from "../../../engine/engine";
import { smallStack, type RawConfig } from "../support/stacks";

const stack = (changes: RawConfig = {}) => parseStackConfig(smallStack(changes));
const names = (patches: ReturnType<typeof patchesBetween>) => patches?.map(({ kind, name }) => `${kind} ${name}`);

describe("the patches between two states of a stack", () => {
  const versions = { v1: { image: "nginx:1" }, v2: { image: "nginx:2", replicas: 3 } };

  it("are those of the routes where only these differ", () => {
    assert.deepEqual(names(patchesBetween(stack(), stack({ "sluice:canaryWeight": 20 }))), ["Ingress nginx-canary"]);
    assert.equal(patchesBetween(stack(), stack({ "sluice:canaryWeight": 20, "sluice:versions": versions })), undefined);
  });

  const outputs: StackOutputs = { traffic: [], url: "", address: "10.0.0.1", plan: stack().plan };
  const moved = stack({ "sluice:canaryWeight": 20 });
  const change = { kind: "update", object: "Ingress nginx-canary" } as const;

  it("are those of an update where it does nothing else", () => {
    assert.deepEqual(names(patchesOf(moved, outputs, { changes: [change] })), ["Ingress nginx-canary"]);
    const more = { kind: "update", object: "Deployment nginx-v2" } as const;
    for (const changes of [[], [change, more], [{ ...change, kind: "create" } as const]])
      assert.equal(patchesOf(moved, outputs, { changes }), undefined);
  });

  it("are none where the stack is not up, or has no address", () => {
    for (const given of [undefined, { ...outputs, address: undefined }, { ...outputs, plan: undefined }])
      assert.equal(patchesOf(moved, given, { changes: [change] }), undefined);
  });
});
