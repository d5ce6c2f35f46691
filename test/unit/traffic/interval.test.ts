import assert from "node:assert/strict";
import fc from "fast-check";
import { binomialInterval, confidence } from "../../../traffic/interval";

const requests = fc.integer({ min: 1, max: 2000 });
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });

/** The chance of each count from 0 to n, by the recurrence between neighbours; no quantile function is asked. */
function chances(n: number, p: number): number[] {
  const list = [(1 - p) ** n];
  for (let count = 1; count <= n; count += 1)
    list.push(((list[count - 1] ?? 0) * (n - count + 1) * p) / (count * (1 - p)));
  return list;
}

const sum = (list: readonly number[]) => list.reduce((total, part) => total + part, 0);

describe("binomialInterval", () => {
  it("allows no exception where the share is 0 or 1", () => {
    assert.deepEqual(binomialInterval(400, 0), { lowest: 0, highest: 0 });
    assert.deepEqual(binomialInterval(400, 1), { lowest: 400, highest: 400 });
  });

  it("is 22 to 61 for a tenth of 400 requests", () => {
    assert.deepEqual(binomialInterval(400, 0.1), { lowest: 22, highest: 61 });
  });

  it("contains the mean and stays within the possible counts", () => {
    fc.assert(
      fc.property(requests, share, (n, p) => {
        const { lowest, highest } = binomialInterval(n, p);
        assert.ok(0 <= lowest && highest <= n);
        assert.ok(lowest <= Math.ceil(n * p) && Math.floor(n * p) <= highest);
      }),
    );
  });

  it("widens with the number of requests, and narrows as a share of them", () => {
    const sizes = [50, 200, 800, 3200];
    const widths = sizes.map((n) => {
      const { lowest, highest } = binomialInterval(n, 0.1);
      return highest - lowest;
    });
    for (let index = 1; index < sizes.length; index += 1) {
      const [width = 0, before = 0] = [widths[index], widths[index - 1]];
      assert.ok(width > before);
      assert.ok(width / (sizes[index] ?? 1) < before / (sizes[index - 1] ?? 1));
    }
  });

  it("covers at least the confidence, and leaves at most half of the rest on either side", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.02, max: 0.98, noNaN: true }), (n, p) => {
        const list = chances(n, p);
        const { lowest, highest } = binomialInterval(n, p);
        assert.ok(sum(list.slice(lowest, highest + 1)) >= confidence - 1e-9);
        assert.ok(sum(list.slice(0, lowest)) <= (1 - confidence) / 2 + 1e-9);
        assert.ok(sum(list.slice(highest + 1)) <= (1 - confidence) / 2 + 1e-9);
      }),
    );
  });

  it("is no wider than it must be: a count less on either side would leave too much out", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.02, max: 0.98, noNaN: true }), (n, p) => {
        const list = chances(n, p);
        const { lowest, highest } = binomialInterval(n, p);
        assert.ok(sum(list.slice(0, lowest + 1)) >= (1 - confidence) / 2 - 1e-9);
        assert.ok(sum(list.slice(highest)) >= (1 - confidence) / 2 - 1e-9);
      }),
    );
  });
});
