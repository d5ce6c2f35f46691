import assert from "node:assert/strict";
import { FakeCluster, quietContext } from "../../support/fake-cluster";
import { smallStack } from "../../support/stacks";

const workload = [
  "Deployment demo/nginx-v1",
  "Deployment demo/nginx-v2",
  "Ingress demo/nginx",
  "Ingress demo/nginx-canary",
  "Namespace /demo",
  "Service demo/nginx-canary",
  "Service demo/nginx-v1",
  "Service demo/nginx-v2",
];
const record = [
  "ConfigMap sluice-system/inventory-test",
  "Namespace /sluice-system",
  "Secret sluice-system/generated-test",
];
const withoutCanary = { "sluice:canary": undefined, "sluice:canaryWeight": undefined };

describe("KubectlEngine", function () {
  this.timeout(120_000);
  let cluster: FakeCluster;
  beforeEach(() => (cluster = new FakeCluster()));
  afterEach(() => cluster.remove());

  it("previews everything as new, and changes nothing", async () => {
    const { changes, unchanged, trafficBefore, trafficAfter } = await cluster
      .engine(smallStack())
      .preview(quietContext);
    assert.deepEqual(
      changes.map(({ kind, object }) => `${kind} ${object}`).sort(),
      workload.map((name) => `create ${name.replace(" /", " ")}`),
    );
    assert.deepEqual([unchanged, trafficBefore], [0, undefined]);
    assert.deepEqual(trafficAfter, ["http://www.test.com/: 90% v1, 10% v2"]);
    assert.deepEqual(cluster.names(), []);
    assert.deepEqual(
      cluster.calls().filter((call) => /^(apply|delete)/.test(call)),
      [],
    );
  });

  it("writes the inventory before the objects, and the namespace before what lives in it", async () => {
    const { outputs } = await cluster.engine(smallStack()).up(quietContext);
    assert.deepEqual(outputs.traffic, ["http://www.test.com/: 90% v1, 10% v2"]);
    assert.deepEqual(cluster.names(), [...workload, ...record].sort());
    const applied = cluster.calls().filter((call) => call.startsWith("apply"));
    assert.match(applied[0] ?? "", /ConfigMap sluice-system\/inventory-test/);
    assert.equal(applied[1], "apply Namespace /demo");
    const place = (name: string) => applied.findIndex((call) => call.includes(name));
    assert.ok(place("Deployment demo/nginx-v1") < place("Ingress demo/nginx"));
    assert.ok(place("Ingress demo/nginx") < place("Ingress demo/nginx-canary"));
  });

  it("goes on from its own preview where that is agreed, and compares anew where it is another's", async () => {
    await cluster.engine(smallStack()).up(quietContext);
    const moved = smallStack({ "sluice:canaryWeight": 30 });
    const engine = cluster.engine(moved);
    const compared = () => cluster.calls().filter((call) => call.startsWith("diff")).length;
    const agreed = await engine.preview(quietContext);
    const before = compared();
    const { changes, outputs } = await engine.up(quietContext, { agreed });
    assert.equal(compared(), before);
    assert.deepEqual(changes, agreed.changes);
    assert.deepEqual(outputs.traffic, ["http://www.test.com/: 70% v1, 30% v2"]);
    assert.deepEqual((await cluster.engine(moved).up(quietContext, { agreed })).changes, []);
    assert.equal(compared(), before + 1);
  });

  it("remembers objects of an update that failed, so that destroy finds them", async () => {
    cluster.break("Ingress");
    await assert.rejects(cluster.engine(smallStack()).up(quietContext), /Ingress demo\/nginx is broken/);
    assert.ok(cluster.names().includes("Deployment demo/nginx-v1"));
    await cluster.engine(smallStack()).destroy(quietContext);
    assert.deepEqual(cluster.names(), []);
  });

  it("changes nothing where nothing changed", async () => {
    await cluster.engine(smallStack()).up(quietContext);
    const { changes, unchanged, diff } = await cluster.engine(smallStack()).preview(quietContext);
    assert.deepEqual([changes, unchanged, diff], [[], workload.length, ""]);
  });

  it("shows a shift as one changed annotation, and applies that object alone", async () => {
    await cluster.engine(smallStack()).up(quietContext);
    const shifted = cluster.engine(smallStack({ "sluice:canaryWeight": 40 }));
    const preview = await shifted.preview(quietContext);
    assert.deepEqual(preview.changes, [{ kind: "update", object: "Ingress demo/nginx-canary" }]);
    assert.deepEqual(preview.trafficBefore, ["http://www.test.com/: 90% v1, 10% v2"]);
    assert.match(
      preview.diff,
      /^~ Ingress demo\/nginx-canary\n.*-.*canary-weight": "10".*\n.*\+.*canary-weight": "40"/s,
    );
    const before = cluster.calls().length;
    await shifted.up(quietContext);
    const applied = cluster
      .calls()
      .slice(before)
      .filter((call) => /^apply .*demo/.test(call));
    assert.deepEqual(applied, ["apply Ingress demo/nginx-canary"]);
  });

  it("removes what left the program, and nothing else", async () => {
    await cluster.engine(smallStack()).up(quietContext);
    cluster.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "others", namespace: "demo" } });
    const versions = { v1: { image: "nginx:1" } };
    const promoted = cluster.engine(smallStack({ ...withoutCanary, "sluice:versions": versions }));
    const canary = ["Ingress demo/nginx-canary", "Service demo/nginx-canary"];
    const gone = ["Deployment demo/nginx-v2", ...canary, "Service demo/nginx-v2"];
    const { changes } = await promoted.preview(quietContext);
    assert.deepEqual(
      changes.map(({ kind, object }) => `${kind} ${object}`).sort(),
      gone.map((name) => `delete ${name}`),
    );
    await promoted.up(quietContext);
    const left = workload.filter((name) => !gone.includes(name));
    assert.deepEqual(cluster.names(), [...left, ...record, "ConfigMap demo/others"].sort());
  });

  it("destroys the stack's objects and its record, and nothing else", async () => {
    cluster.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "others", namespace: "default" } });
    await cluster.engine(smallStack()).up(quietContext);
    const removed = await cluster.engine(smallStack()).destroy(quietContext);
    assert.deepEqual(
      removed.map(({ object }) => object).sort(),
      workload.map((name) => name.replace(" /", " ")),
    );
    assert.deepEqual(cluster.names(), ["ConfigMap default/others"]);
    assert.deepEqual(await cluster.engine(smallStack()).destroy(quietContext), []);
  });

  it("keeps a namespace that holds an object of somebody else", async () => {
    await cluster.engine(smallStack()).up(quietContext);
    cluster.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "others", namespace: "demo" } });
    await cluster.engine(smallStack()).destroy(quietContext);
    assert.deepEqual(cluster.names(), ["ConfigMap demo/others", "Namespace /demo"]);
  });

  it("removes a namespace that holds only what Kubernetes and Istio put there", async () => {
    await cluster.engine(smallStack()).up(quietContext);
    for (const [name, labels] of [
      ["kube-root-ca.crt", {}],
      ["istio-ca-root-cert", { "istio.io/config": "true" }],
    ] as const)
      cluster.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "demo", labels } });
    await cluster.engine(smallStack()).destroy(quietContext);
    assert.ok(!cluster.names().includes("Namespace /demo"));
  });

  it("removes a namespace with what is remembered in it of the stack's own rollouts, never with another stack's", async () => {
    for (const [stack, isGone] of [
      ["test", true],
      ["other", false],
    ] as const) {
      await cluster.engine(smallStack()).up(quietContext);
      const labels = { "sluice.dev/stack": stack };
      const metadata = { name: `rollout-${stack}-1`, namespace: "demo", labels };
      cluster.put({ apiVersion: "v1", kind: "ConfigMap", metadata });
      await cluster.engine(smallStack()).destroy(quietContext);
      assert.equal(cluster.names().includes("Namespace /demo"), !isGone);
    }
  });

  it("leaves an object of the inventory that somebody else made anew", async () => {
    await cluster.engine(smallStack()).up(quietContext);
    cluster.put({ apiVersion: "v1", kind: "Service", metadata: { name: "nginx-v1", namespace: "demo" } });
    const changes = await cluster.engine(smallStack()).destroy(quietContext);
    assert.ok(changes.some(({ kind, object }) => kind === "keep" && object === "Service demo/nginx-v1"));
    assert.ok(cluster.names().includes("Service demo/nginx-v1"));
  });

  it("refuses objects that no stack made, unless it is told to adopt them", async () => {
    cluster.put({ apiVersion: "v1", kind: "Service", metadata: { name: "nginx-v1", namespace: "demo" } });
    const engine = cluster.engine(smallStack());
    await assert.rejects(
      engine.up(quietContext),
      /Service demo\/nginx-v1 is there already, and no stack made it.*--adopt/s,
    );
    assert.deepEqual(cluster.names(), ["Service demo/nginx-v1"]);
    await engine.up(quietContext, { adopt: true });
    assert.deepEqual(cluster.names(), [...workload, ...record].sort());
  });

  it("refuses another stack's objects, naming it", async () => {
    await cluster.engine(smallStack(), "first").up(quietContext);
    await assert.rejects(cluster.engine(smallStack(), "second").up(quietContext), /belongs to the stack first/);
  });

  it("keeps another stack's record when one is destroyed", async () => {
    await cluster.engine(smallStack(), "first").up(quietContext);
    const elsewhere = { "sluice:namespace": "other", "sluice:host": "other.test.com" };
    await cluster.engine(smallStack(elsewhere), "second").up(quietContext);
    await cluster.engine(smallStack(), "first").destroy(quietContext);
    assert.ok(cluster.names().includes("ConfigMap sluice-system/inventory-second"));
    assert.ok(cluster.names().includes("Ingress other/nginx"));
    assert.ok(!cluster.names().some((name) => name.includes("first")));
  });

  it("names the other writer in a conflict, and takes the field back when told to", async () => {
    await cluster.engine(smallStack()).up(quietContext);
    cluster.conflict(
      'error: Apply failed with 1 conflict: conflict with "kubectl-annotate" using networking.k8s.io/v1',
    );
    const engine = cluster.engine(smallStack({ "sluice:canaryWeight": 40 }));
    for (const update of [engine.preview(quietContext), engine.up(quietContext)])
      await assert.rejects(update, /conflict with "kubectl-annotate".*--force-conflicts/s);
    const { changes } = await engine.up(quietContext, { forceConflicts: true });
    assert.deepEqual(changes, [{ kind: "update", object: "Ingress demo/nginx-canary" }]);
  });
});
