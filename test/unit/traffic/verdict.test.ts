import assert from "node:assert/strict";
import { judgePlan, judgeSplit } from "../../../traffic/verdict";

const planned = { v1: 0.9, v2: 0.1 };

describe("judgeSplit", () => {
  it("accepts a split inside both intervals", () => {
    const verdict = judgeSplit(planned, { v1: 362, v2: 38 });
    assert.equal(verdict.asPlanned, true);
    assert.equal(verdict.requests, 400);
    const canary = verdict.versions.find(({ version }) => version === "v2");
    assert.deepEqual(canary, {
      version: "v2",
      count: 38,
      planned: 0.1,
      interval: { lowest: 22, highest: 61 },
      asPlanned: true,
    });
  });

  it("includes both ends of the interval and nothing beyond them", () => {
    const verdictOf = (canary: number) => judgeSplit(planned, { v1: 400 - canary, v2: canary }).asPlanned;
    assert.deepEqual([21, 22, 61, 62].map(verdictOf), [false, true, true, false]);
  });

  it("counts a planned version that never answered as 0", () => {
    const { asPlanned, versions } = judgeSplit(planned, { v1: 400 });
    assert.equal(asPlanned, false);
    assert.equal(versions.find(({ version }) => version === "v2")?.count, 0);
  });

  it("refuses a single answer of a version that the plan does not name", () => {
    const { asPlanned, versions } = judgeSplit({ v1: 1 }, { v1: 399, v3: 1 });
    assert.equal(asPlanned, false);
    const unknown = versions.find(({ version }) => version === "v3");
    assert.deepEqual([unknown?.planned, unknown?.asPlanned], [0, false]);
  });

  it("refuses a single failed request, though every version is as planned", () => {
    const { asPlanned, requests, versions, failures } = judgeSplit(planned, { v1: 360, v2: 40 }, { "status 503": 1 });
    assert.equal(asPlanned, false);
    assert.equal(requests, 401);
    assert.ok(versions.every((version) => version.asPlanned));
    assert.deepEqual(failures, { "status 503": 1 });
  });

  it("says nothing good of zero requests", () => {
    assert.equal(judgeSplit(planned, {}).asPlanned, false);
    assert.equal(judgeSplit(planned, {}).requests, 0);
  });
});

describe("judgePlan", () => {
  const plain = judgeSplit(planned, { v1: 360, v2: 40 });
  const served = { rule: "cookie trial = always", ...judgeSplit({ v2: 1 }, { v2: 20 }) };
  const unserved = { rule: "cookie trial = never", ...judgeSplit({ v1: 1 }, { v1: 19, v2: 1 }) };

  it("accepts a plan where the plain requests and every rule are as planned", () => {
    assert.deepEqual(judgePlan(plain, [served]), { ...plain, rules: [served], asPlanned: true });
    assert.equal(judgePlan(plain, []).asPlanned, true);
  });

  it("refuses a plan for a single rule that is not, though the plain requests are", () => {
    const verdict = judgePlan(plain, [served, unserved]);
    assert.equal(verdict.asPlanned, false);
    assert.deepEqual(verdict.rules, [served, unserved]);
    assert.deepEqual(verdict.versions, plain.versions);
  });

  it("refuses a plan whose plain requests are not as planned", () => {
    assert.equal(judgePlan(judgeSplit(planned, { v1: 400 }), [served]).asPlanned, false);
  });

  it("says nothing good of a rule that nobody asked", () => {
    assert.equal(judgePlan(plain, [{ rule: "header", ...judgeSplit({ v2: 1 }, {}) }]).asPlanned, false);
  });
});
