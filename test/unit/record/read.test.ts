import assert from "node:assert/strict";
import { readRolloutTraffic, trafficKey, type RecordReader } from "../../../record/read";
import { says, withValues } from "../../../record/traffic";
import { smallStack } from "../support/stacks";

describe("readRolloutTraffic", () => {
  it("reads the record of a release that had other names for keys", async () => {
    const traffic = {
      ...{ id: 1, from: "v1", to: "v2", state: "promoted", checksum: "" },
      values: { stable: "v2", canary: null, canaryWeight: null, affinityBehavior: null },
      before: { stable: "v1", canary: "v2", canaryWeight: 10, affinityBehavior: "legacy" },
    };
    const items = [{ data: { [trafficKey]: JSON.stringify(traffic) } }];
    const core = { listNamespacedConfigMap: () => Promise.resolve({ items }) } as unknown as RecordReader;
    const { values, before } = (await readRolloutTraffic(core, "dev", "demo")) ?? assert.fail();
    const affinity = { mode: "cookie", behavior: "legacy" };
    const [old, current] = [
      smallStack({ "sluice:affinity": "cookie", "sluice:affinityBehavior": "legacy" }),
      smallStack({ "sluice:affinity": affinity }),
    ];
    for (const file of [old, current]) {
      assert.ok(says(file, before));
      const promoted = withValues(file, values);
      assert.deepEqual(promoted["sluice:affinity"], { mode: "cookie" });
      assert.ok(says(promoted, values));
    }
  });
});
