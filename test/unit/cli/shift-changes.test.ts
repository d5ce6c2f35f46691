import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { changesFor, isEmpty, parseHeaderRule } from "../../../cli/shift-changes";
import { blueActive, smallStack } from "../support/stacks";

const planOf = (changes = {}) => parseStackConfig(smallStack(changes)).plan;
const ratio = {
  "sluice:strategy": "replicaRatio",
  "sluice:canaryWeight": undefined,
  "sluice:versions": { v1: { image: "a", replicas: 3 }, v2: { image: "b", replicas: 1 } },
};

describe("parseHeaderRule", () => {
  it("reads an exact value", () =>
    assert.deepEqual(parseHeaderRule("Region=beijing"), { name: "Region", value: "beijing" }));
  it("reads a pattern", () => assert.deepEqual(parseHeaderRule("Region=~^a=b$"), { name: "Region", pattern: "^a=b$" }));
  it("reads a name alone", () => assert.deepEqual(parseHeaderRule("Region"), { name: "Region" }));
  for (const text of ["", "=x", "Region=", "Region=~"])
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseHeaderRule(text), /NAME=VALUE, NAME=~PATTERN or NAME/));
});

describe("changesFor", () => {
  it("sets what is asked for, and nothing else", () => {
    assert.deepEqual(changesFor({ weight: 30 }, planOf()), { canaryWeight: 30 });
    assert.deepEqual(changesFor({ weight: 0 }, planOf()), { canaryWeight: 0 });
    assert.deepEqual(changesFor({ active: "green" }, planOf(blueActive)), { activeColor: "green" });
  });

  it("clears the rules, and sets one of them anew where both are asked for", () =>
    assert.deepEqual(changesFor({ clearRules: true, cookie: "trial" }, planOf()), {
      headerMatch: null,
      cookieMatch: "trial",
      clientMatch: null,
    }));

  it("promotes a canary with all that was its own", () =>
    assert.deepEqual(changesFor({ promote: true }, planOf()), {
      stable: "v2",
      canary: null,
      canaryWeight: null,
      weightTotal: null,
      headerMatch: null,
      cookieMatch: null,
      clientMatch: null,
      mirrorPercent: null,
      "affinity.behavior": null,
    }));

  it("promotes behind a Service with as many pods as stable had", () =>
    assert.deepEqual(changesFor({ promote: true }, planOf(ratio)), {
      stable: "v2",
      canary: null,
      "versions.v2.replicas": 3,
    }));

  it("has nothing to promote without a canary, and under blueGreen", () => {
    const none = { "sluice:canary": undefined, "sluice:canaryWeight": undefined };
    assert.throws(() => changesFor({ promote: true }, planOf(none)), /sluice:canary is not set/);
    assert.throws(() => changesFor({ promote: true }, planOf(blueActive)), /--active switches/);
  });

  it("knows an empty wish from one for weight 0", () => {
    assert.equal(isEmpty({}), true);
    assert.equal(isEmpty({ weight: 0 }), false);
  });
});
