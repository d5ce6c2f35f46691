import assert from "node:assert/strict";
import fc from "fast-check";
import { judgeThreshold } from "../../../../rollout/analysis/threshold";

const rate = (value: number, min: number) =>
  judgeThreshold("request-success-rate", { value, unit: "%" }, { min }).message;

describe("judgeThreshold", () => {
  it("says the value and what it must be", () => {
    assert.equal(rate(93.2, 99), "request-success-rate is 93.2%: it must be at least 99%");
    assert.equal(rate(99.5, 99), "request-success-rate is 99.5%: at least 99%");
    const between = judgeThreshold("queue", { value: 7, unit: "" }, { min: 1, max: 5 });
    assert.deepEqual(between, { verdict: "failed", message: "queue is 7: it must be from 1 to 5" });
  });

  it("never rounds a value to the other side of its limit", () => {
    assert.equal(rate(98.996, 99), "request-success-rate is 98.996%: it must be at least 99%");
    assert.equal(rate(98.94, 99), "request-success-rate is 98.9%: it must be at least 99%");
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, number, (value, max) => {
        const { message, verdict } = judgeThreshold("one", { value, unit: "" }, { max });
        const shown = Number(/^one is (\S+?)[:,]? /.exec(message)?.[1]);
        assert.equal(shown <= max, verdict === "passed");
      }),
    );
  });

  it("counts both limits as allowed", () => {
    const verdict = (value: number) => judgeThreshold("one", { value, unit: "ms" }, { min: 1, max: 5 }).verdict;
    assert.deepEqual([0.9, 1, 5, 5.1].map(verdict), ["failed", "passed", "passed", "failed"]);
  });

  it("judges a value that is more than what is known only where that tells", () => {
    const more = (range: { min?: number; max?: number }) =>
      judgeThreshold("request-duration", { value: 5000, unit: "ms", isMore: true }, range);
    assert.deepEqual(more({ max: 5000 }), {
      verdict: "failed",
      message: "request-duration is more than 5000ms: it must be at most 5000ms",
    });
    assert.equal(more({ max: 500 }).verdict, "failed");
    assert.equal(more({ max: 6000 }).verdict, "inconclusive");
    assert.equal(more({ min: 100 }).verdict, "passed");
    assert.equal(more({ min: 6000 }).verdict, "inconclusive");
    assert.equal(more({ min: 100, max: 6000 }).verdict, "inconclusive");
  });

  it("fails a value beyond all bounds", () => {
    assert.equal(judgeThreshold("one", { value: Infinity, unit: "" }, { max: 1 }).verdict, "failed");
  });
});
