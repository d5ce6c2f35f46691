import assert from "node:assert/strict";
import type { PastUpdate } from "../../../../engine/engine";
import { withUpdate } from "../../../../engine/kubectl/inventory";
import { FakeCluster, quietContext } from "../../support/fake-cluster";
import { smallStack } from "../../support/stacks";

describe("the history of a stack under the kubectl engine", function () {
  this.timeout(60_000);
  let cluster: FakeCluster;
  beforeEach(() => (cluster = new FakeCluster()));
  afterEach(() => cluster.remove());

  const up = (changes = {}) => cluster.engine(smallStack(changes)).up(quietContext);
  const weights = async () =>
    (await cluster.engine(smallStack()).history(quietContext)).map(({ traffic }) => traffic["canaryWeight"]);

  it("is empty before the first update", async () => assert.deepEqual(await weights(), []));

  it("has the last update first", async () => {
    await up();
    await up({ "sluice:canaryWeight": "30" });
    assert.deepEqual(await weights(), [30, 10]);
  });

  it("leaves out an update that moves no traffic", async () => {
    await up();
    await up({ "sluice:versions": { v1: { image: "nginx:3" }, v2: { image: "nginx:2" } } });
    assert.deepEqual(await weights(), [10]);
  });

  it("leaves out an update that failed", async () => {
    await up();
    cluster.break("Ingress");
    await assert.rejects(up({ "sluice:canaryWeight": 30 }));
    assert.deepEqual(await weights(), [10]);
  });

  it("is kept within bounds", () => {
    const updates = Array.from({ length: 22 }, (_, weight) => ({ time: "2026-01-01T00:00:00Z", traffic: { weight } }));
    const history = updates.reduce<readonly PastUpdate[]>(withUpdate, []);
    assert.deepEqual([history.length, history[0], history.at(-1)], [20, updates[21], updates[2]]);
  });

  it("goes with the stack", async () => {
    await up();
    await cluster.engine(smallStack()).destroy(quietContext);
    assert.deepEqual(await weights(), []);
  });
});
