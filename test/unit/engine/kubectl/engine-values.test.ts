import assert from "node:assert/strict";
import { FakeCluster, quietContext } from "../../support/fake-cluster";
import { smallStack } from "../../support/stacks";

describe("KubectlEngine's values and outputs", function () {
  this.timeout(120_000);
  let cluster: FakeCluster;
  beforeEach(() => (cluster = new FakeCluster()));
  afterEach(() => cluster.remove());

  it("makes generated values once and keeps them", async () => {
    const config = smallStack({ "sluice:metallb": { addresses: ["10.0.0.0/24"] } });
    await cluster.engine(config).up(quietContext);
    const secret = () =>
      cluster.objects()["Secret metallb-system/metallb-memberlist"]?.["data"] as Record<string, string>;
    const key = secret()["secretkey"] ?? "";
    assert.match(Buffer.from(key, "base64").toString(), /^[a-zA-Z0-9]{64}$/);
    assert.deepEqual((await cluster.engine(config).up(quietContext)).changes, []);
    assert.equal(secret()["secretkey"], key);
  });

  it("tells the outputs of the last update, and nothing where the stack is not up", async () => {
    const engine = cluster.engine(smallStack());
    assert.equal(await engine.outputs(quietContext), undefined);
    await engine.up(quietContext);
    assert.equal((await engine.outputs(quietContext))?.url, "http://www.test.com/");
  });

  it("refuses a config that can't be used before it asks the cluster", async () => {
    const engine = cluster.engine(smallStack({ "sluice:canaryWeight": 101 }));
    await assert.rejects(engine.preview(quietContext), { name: "ConfigError" });
    assert.deepEqual(cluster.calls(), []);
  });
});
