import assert from "node:assert/strict";
import { findSharedClaims } from "../../../preflight/claims";
import { FakeObjects } from "../support/fake-objects";
import { manifest } from "../support/manifests";

function pods(version: string, claimName: string, spec: object = {}) {
  const template = { spec: { containers: [], volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] } };
  const object = manifest("Deployment", `shop-${version}`, {
    apiVersion: "apps/v1",
    namespace: "demo",
    spec: { ...spec, template },
  });
  return { ...object, metadata: { ...object.metadata, labels: { "sluice.dev/version": version } } };
}

const claim = (...accessModes: string[]) =>
  manifest("PersistentVolumeClaim", "data", { namespace: "demo", spec: { accessModes } });

describe("claims of the cluster that versions share", () => {
  const saidOf = async (there: ReturnType<typeof claim>[], ...manifests: ReturnType<typeof pods>[]) => {
    const { problems = [] } = await findSharedClaims({ manifests, live: new FakeObjects(...there), isOwn: () => true });
    return problems.map(({ key, value, allowed }) => `${key} ${String(value)} ${allowed}`);
  };
  const both = [pods("v1", "data"), pods("v2", "data")];

  it("are refused if one node alone can mount them, with the way out", async () => {
    const [said = "", ...more] = await saidOf([claim("ReadWriteOnce")], ...both);
    assert.match(
      said,
      /^from\.workload Deployment\/shop-v2 must not share PersistentVolumeClaim\/data between v1 and v2/,
    );
    assert.match(said, /ReadWriteMany.*sluice:versions\.v2\.patch$/);
    assert.deepEqual(more, []);
  });

  it("may be mounted by many, be there for one version, or not be there yet", async () => {
    assert.deepEqual(await saidOf([claim("ReadWriteMany")], ...both), []);
    assert.deepEqual(await saidOf([claim("ReadWriteOnce")], pods("v1", "data"), pods("v2", "data-v2")), []);
    assert.deepEqual(
      await saidOf([claim("ReadWriteOnce")], pods("v1", "data"), pods("v2", "data", { replicas: 0 })),
      [],
    );
    assert.deepEqual(await saidOf([], ...both), []);
  });
});
