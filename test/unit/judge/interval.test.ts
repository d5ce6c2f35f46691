import assert from "node:assert/strict";
import fc from "fast-check";
import { errorInterval } from "../../../judge";

describe("the interval of an error rate", () => {
  // Newcombe 1998, table I: https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E
  for (const [errors, requests, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const)
    it(`of ${errors} in ${requests} is Wilson's`, () => {
      const found = errorInterval({ requests, errors });
      assert.ok(Math.abs(found.low - low) < 0.0001, `${found.low}`);
      assert.ok(Math.abs(found.high - high) < 0.0001, `${found.high}`);
    });

  it("holds the measured rate, and nothing that can't be", () => {
    const counts = fc
      .nat({ max: 1e6 })
      .chain((requests) => fc.nat({ max: requests }).map((errors) => ({ requests, errors })));
    fc.assert(
      fc.property(counts, (one) => {
        const { low, high } = errorInterval(one);
        assert.ok(low >= 0 && high <= 1 && low < high);
        if (one.requests > 0) assert.ok(low <= one.errors / one.requests && one.errors / one.requests <= high);
      }),
    );
  });
});
