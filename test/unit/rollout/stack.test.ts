import assert from "node:assert/strict";
import { routedStack, trafficOf, withStack } from "../../../rollout/stack";
import { layOut } from "../../../rollout/layout";
import { parseStackConfig } from "../../../config";
import { smallStack } from "../support/stacks";
import { ask, rolloutAt, roundOf, updateTo, walkOn } from "./walk";
import { isEnded } from "../../../rollout/state";

describe("the stack that a rollout is begun on", () => {
  const stack = smallStack({ "sluice:rollout": { interval: "1s", stepWeight: 50 } });
  const layout = layOut(parseStackConfig(stack), "v2");

  it("is remembered with what its file said of all that rollouts change", () => {
    const spec = withStack(layout, stack, { ...stack, "sluice:stable": "v0" });
    assert.deepEqual(spec.config, stack);
    assert.deepEqual([spec.before["stable"], spec.before["canary"], spec.before["canaryWeight"]], ["v0", "v2", 10]);
    assert.deepEqual([spec.before["versions.v2.replicas"], spec.before["headerMatch"]], [null, null]);
  });

  it("is remembered without a kubeconfig", () => {
    const { config } = withStack(layout, { ...stack, "kubernetes:kubeconfig": "users: [t0ken]" }, stack);
    assert.equal(config["kubernetes:kubeconfig"], "[secret]");
  });

  it("is what each routing says", () => {
    const spec = withStack(layout, stack, stack);
    const { plan, versions } = routedStack(spec, { kind: "trial", step: 1 }, undefined);
    assert.deepEqual(plan.strategy === "canary" && plan.canary?.weight, 50);
    assert.equal(routedStack(spec, { kind: "stable" }, undefined).versions["v2"]?.replicas, 0);
    assert.equal(versions["v2"]?.replicas, undefined);
  });
});

describe("what a rollout says of its stack's traffic", () => {
  it("is what is being brought, else what users have", () => {
    const rollout = rolloutAt(roundOf(1));
    assert.deepEqual(
      [trafficOf(rollout.state).state, trafficOf(rollout.state).values["canaryWeight"]],
      ["under way", 25],
    );
    walkOn(rollout, updateTo("trial", 2));
    assert.equal(trafficOf(rollout.state).values["canaryWeight"], 50);
    ask(rollout, "abort");
    assert.deepEqual(
      [trafficOf(rollout.state).state, trafficOf(rollout.state).values["canaryWeight"]],
      ["under way", 0],
    );
    walkOn(rollout, isEnded);
    const { state, outcome, values } = trafficOf(rollout.state);
    assert.deepEqual([state, outcome, values["canaryWeight"]], ["taken back", "aborted by ann", 0]);
  });

  it("is what was promoted, or what users were left with", () => {
    const good = rolloutAt(isEnded);
    assert.deepEqual([trafficOf(good.state).state, trafficOf(good.state).values["stable"]], ["promoted", "v2"]);
    const kept = rolloutAt(updateTo("promotion"));
    kept.finish({ good: false, cause: "failed" });
    walkOn(kept, isEnded);
    assert.deepEqual([trafficOf(kept.state).state, trafficOf(kept.state).values["canaryWeight"]], ["kept", 100]);
  });

  it("is nothing that a file could lack where nothing was brought", () => {
    const rollout = rolloutAt(updateTo("trial", 0));
    rollout.finish({ good: false, cause: "refused" });
    walkOn(rollout, isEnded);
    assert.equal(trafficOf(rollout.state).isSettled, true);
    assert.equal(trafficOf(rolloutAt(roundOf(1)).state).isSettled, undefined);
  });
});
