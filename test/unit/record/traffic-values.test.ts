import assert from "node:assert/strict";
import { changesBetween, trafficValues } from "../../../record/traffic-values";
import { asTexts, smallStack } from "../support/stacks";

const rule = { name: "Region", pattern: "shenzhen" };

describe("trafficValues", () => {
  it("are the same from a stack's file and from the texts that Pulumi remembers", () => {
    const stack = smallStack({
      "sluice:headerMatch": rule,
      "sluice:versions": { v1: { image: "a", replicas: 3 }, v2: { image: "b" } },
    });
    assert.deepEqual(trafficValues(stack), trafficValues(asTexts(stack)));
  });

  it("name what is not set, and leave out what moves no traffic", () => {
    const values = trafficValues(smallStack());
    assert.equal(values["canaryWeight"], 10);
    assert.equal(values["headerMatch"], null);
    assert.equal(values["versions.v1.replicas"], null);
    assert.equal("host" in values, false);
  });
});

describe("changesBetween", () => {
  const now = trafficValues(smallStack({ "sluice:headerMatch": rule, "sluice:canaryWeight": 30 }));

  it("are nothing where the traffic is the same", () => assert.deepEqual(changesBetween(now, now), {}));

  it("set what was, and take out what was not", () =>
    assert.deepEqual(changesBetween(now, trafficValues(smallStack())), { canaryWeight: 10, headerMatch: null }));

  it("bring back what was taken out", () =>
    assert.deepEqual(changesBetween(trafficValues(smallStack()), now), { canaryWeight: 30, headerMatch: rule }));

  it("leave the pods of a version alone that came later, and forget one that is gone", () => {
    const versions = (names: readonly string[]) =>
      trafficValues(
        smallStack({ "sluice:versions": Object.fromEntries(names.map((name) => [name, { image: "a", replicas: 2 }])) }),
      );
    assert.deepEqual(changesBetween(versions(["v2", "v3"]), versions(["v1", "v2"])), {});
  });
});
