import assert from "node:assert/strict";
import { gapsOf } from "../../../cli/rollout/access";
import { clusterApi } from "../../../cluster/api";
import { metricOf } from "../rollout/analysis/subjects";
import { temporaryFolder, writeInto } from "../support/folders";
import { serve, type TestServer } from "../support/http-server";

const at = { stack: "dev", namespace: "demo" };
const prometheus = { service: { namespace: "monitoring", name: "prometheus", port: 9090 } };

describe("what the account may not see of a rollout", () => {
  const folder = temporaryFolder();
  let server: TestServer;
  let [status, isAllowed]: [number, (resource: string) => boolean] = [201, () => true];
  const reviewed: unknown[] = [];
  beforeEach(async () => {
    [status, isAllowed] = [201, () => true];
    reviewed.length = 0;
    server = await serve((response, _, { body }) => {
      const { spec } = JSON.parse(body) as { spec: { resourceAttributes: { resource: string } } };
      reviewed.push(spec.resourceAttributes);
      const answer = { spec, status: { allowed: isAllowed(spec.resourceAttributes.resource) } };
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  afterEach(() => server.close());
  const gaps = (settings: Parameters<typeof gapsOf>[1] = { prometheus }) => {
    const kubeconfig = JSON.stringify({
      clusters: [{ name: "c", cluster: { server: server.url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: {} }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    });
    return gapsOf(clusterApi({ name: "fake", kubeconfig: writeInto(folder, "kubeconfig", kubeconfig) }), settings, at);
  };

  it("is nothing where it may do everything", async () => {
    assert.deepEqual(await gaps(), []);
    assert.deepEqual(reviewed, [
      { verb: "list", resource: "pods", namespace: "demo" },
      { verb: "get", resource: "services", subresource: "proxy", namespace: "monitoring" },
    ]);
  });

  it("is said with what is missing for it", async () => {
    isAllowed = () => false;
    assert.deepEqual(await gaps(), [
      "the account may not list pods in namespace demo: Sluice can't see crashing pods, only failed requests; grant it with a Role",
      "the account may not get services/proxy in namespace monitoring: Sluice can't read any metric; grant it with a Role",
    ]);
    assert.equal((await gaps({ prometheus: undefined })).length, 1);
    isAllowed = (resource) => resource === "pods";
    assert.equal((await gaps()).length, 1);
  });

  it("is asked of the pods of a StatefulSet, which a rollback may have to delete", async () => {
    await gaps({ ordinals: { name: "store", isOrdered: true } });
    assert.deepEqual(reviewed.at(-1), { verb: "delete", resource: "pods", namespace: "demo" });
  });

  it("is asked of Jobs where a check is one", async () => {
    isAllowed = (resource) => resource !== "jobs";
    const metrics = [metricOf({ name: "smoke", job: { spec: { template: {} } } })];
    const found = await gaps({ metrics });
    assert.deepEqual(
      found.map((gap) => /may not (\w+) jobs in namespace demo/.exec(gap)?.[1]),
      ["get", "list", "delete"],
    );
    assert.deepEqual(reviewed.at(-1), { verb: "delete", group: "batch", resource: "jobs", namespace: "demo" });
  });

  for (const answer of [403, 404, 503])
    it(`is not known where the cluster does not tell: ${answer}`, async () => {
      [status, isAllowed] = [answer, () => false];
      assert.deepEqual(await gaps(), []);
    });
});
