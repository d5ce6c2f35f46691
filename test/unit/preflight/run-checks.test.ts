import assert from "node:assert/strict";
import { ClusterError } from "../../../cluster/errors";
import { runChecks } from "../../../preflight";
import { readOnce } from "../../../preflight/live-objects";
import { FakeObjects, situationOf } from "../support/fake-objects";
import { manifest } from "../support/manifests";
import { blueGreenService, smallStack } from "../support/stacks";

describe("runChecks", () => {
  it("asks for each kind and each object once, whichever check needs it, in a second round too", async () => {
    const live = new FakeObjects();
    const situation = await situationOf(smallStack(), readOnce(live));
    await runChecks(situation);
    await runChecks(situation);
    assert.deepEqual([...new Set(live.calls)].sort(), [...live.calls].sort());
    assert.equal(live.shown.length, situation.manifests.length);
  });

  it("finds what its checks find, one problem by key and value", async () => {
    const ports = [30080, 30080].map((nodePort) => ({ port: 80, nodePort }));
    const live = new FakeObjects(manifest("Service", "other", { namespace: "other", spec: { ports } }));
    live.verdicts["Service nginx"] = { refusal: { code: 422, message: "no", causes: [] } };
    const { problems, refusals } = await runChecks(await situationOf(blueGreenService(), live));
    assert.deepEqual(
      problems.map(({ key, value }) => [key, value]),
      [["service.nodePort", 30080]],
    );
    assert.deepEqual(refusals, ["Service demo/nginx is refused by the API server: no"]);
  });

  it("tells what the account may not ask as a warning", async () => {
    const live = new FakeObjects();
    live.list = () => Promise.reject(new ClusterError("forbidden", "the account may not list ingresses"));
    const { warnings, problems } = await runChecks(await situationOf(smallStack(), live));
    assert.deepEqual(problems, []);
    assert.deepEqual(warnings, ["not checked: the account may not list ingresses"]);
  });

  it("fails where the cluster can't be asked", async () => {
    const live = new FakeObjects();
    live.list = () => Promise.reject(new Error("away"));
    await assert.rejects(runChecks(await situationOf(smallStack(), live)), /away/);
  });
});
