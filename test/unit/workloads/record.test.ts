import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { completedSource, recordedSource } from "../../../workloads/record";
import { readFixture } from "../../workloads/fixtures";

describe("the record of an application's rollout", () => {
  const config = readFixture("shop.yaml");

  it("has what moves traffic, and no Secret", () => {
    const recorded = recordedSource(config);
    assert.doesNotMatch(JSON.stringify(recorded), /hunter2|redis:7/);
    const [own, part] = [config, recorded].map((one) => parseStackConfig(one));
    assert.deepEqual(part?.plan, own?.plan);
    assert.deepEqual({ ...part?.application, others: [] }, { ...own?.application, others: [] });
  });

  it("is a whole application again with the stack's file, and never a part of one", () => {
    const recorded = recordedSource(config);
    const whole = parseStackConfig(completedSource(recorded, config)).application;
    assert.equal(whole?.others.length, parseStackConfig(config).application?.others.length);
    assert.throws(() => completedSource(recorded, {}), /restore the file/);
  });

  it("leaves a stack alone that describes its versions itself", () => {
    assert.deepEqual(recordedSource({ "sluice:host": "a.b" }), { "sluice:host": "a.b" });
    assert.deepEqual(completedSource({ "sluice:host": "a.b" }, {}), { "sluice:host": "a.b" });
  });
});
