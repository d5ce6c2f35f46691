import assert from "node:assert/strict";
import {
  leftovers,
  mergeEntries,
  ownerOf,
  readRecords,
  recordManifests,
  type InventoryEntry,
  type StackRecord,
} from "../../../../engine/kubectl/inventory";
import { FakeCluster } from "../../support/fake-cluster";

const entry = (name: string, wave: number, apiVersion = "v1"): InventoryEntry => ({
  apiVersion,
  kind: "Service",
  name,
  namespace: "demo",
  wave,
});
const record: StackRecord = {
  entries: [entry("a", 0), entry("b", 1)],
  generated: { key: "sécret" },
  outputs: { traffic: ["100% v1"], url: "http://www.test.com/" },
};

describe("leftovers", () => {
  it("are what the program no longer has, later waves first", () => {
    const entries = [entry("a", 0), entry("b", 2), entry("c", 1), entry("d", 2), entry("e", 1)];
    assert.deepEqual(leftovers(entries, [entry("e", 0)]), [
      [entry("b", 2), entry("d", 2)],
      [entry("c", 1)],
      [entry("a", 0)],
    ]);
  });

  it("keep an object whose API version changed", () => {
    assert.deepEqual(leftovers([entry("a", 0, "apps/v1beta1")], [entry("a", 0, "apps/v1")]), []);
  });
});

describe("mergeEntries", () => {
  it("has each object once, with its new wave", () => {
    assert.deepEqual(mergeEntries([entry("a", 0), entry("b", 0)], [entry("b", 3), entry("c", 1)]), [
      entry("a", 0),
      entry("b", 3),
      entry("c", 1),
    ]);
  });
});

describe("ownerOf", () => {
  it("names the stack that has an object, or nobody", () => {
    const records = new Map([
      ["dev", record],
      ["prod", { entries: [entry("p", 0)], generated: {} }],
    ]);
    assert.equal(ownerOf(entry("a", 9), records), "dev");
    assert.equal(ownerOf(entry("p", 0), records), "prod");
    assert.equal(ownerOf(entry("x", 0), records), undefined);
    assert.equal(ownerOf({ ...entry("a", 0), namespace: "other" }, records), undefined);
  });
});

describe("recordManifests and readRecords", () => {
  let cluster: FakeCluster;
  beforeEach(() => (cluster = new FakeCluster()));
  afterEach(() => cluster.remove());

  it("bring every stack's record back as it was", async () => {
    const kubectl = cluster.kubectl();
    await kubectl.apply(
      [...recordManifests("dev", record), ...recordManifests("prod", { entries: [], generated: {} })],
      true,
    );
    const records = await readRecords(kubectl);
    assert.deepEqual([...records.keys()].sort(), ["dev", "prod"]);
    assert.deepEqual(records.get("dev"), record);
    assert.deepEqual(records.get("prod"), { entries: [], generated: {} });
  });

  it("keep generated values in a Secret, never in the ConfigMap", () => {
    const [, configMap, secret] = recordManifests("dev", record);
    assert.equal(secret?.kind, "Secret");
    assert.ok(JSON.stringify(secret).includes("sécret"));
    assert.equal(JSON.stringify(configMap).includes("sécret"), false);
  });

  it("say which ConfigMap is no inventory any more", async () => {
    const [namespace, configMap] = recordManifests("dev", record);
    assert.ok(namespace && configMap);
    await cluster.kubectl().apply([{ ...configMap, data: { entries: "{" } }], true);
    await assert.rejects(readRecords(cluster.kubectl()), /ConfigMap sluice-system\/inventory-dev is no inventory/);
  });
});
