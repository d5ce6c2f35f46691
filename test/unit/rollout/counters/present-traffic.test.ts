import assert from "node:assert/strict";
import { parseExposition } from "../../../../rollout/counters/exposition";
import { countTraffic } from "../../../../rollout/counters/present-traffic";
import { pageOf, seriesOf, type Counted } from "./pages";

const { signal } = new AbortController();

describe("countTraffic", () => {
  const counted = (...readings: Counted[]) =>
    countTraffic(
      seriesOf(),
      (names) => Promise.resolve(new Map([["a", parseExposition(pageOf(readings.shift() ?? {}), names)]])),
      0.01,
      signal,
    );

  it("is stable's rate of requests meanwhile, and the part of all of them that failed", async () => {
    const { rate, errorRate } = await counted({ stable: [900, 8] }, { stable: [990, 10] });
    assert.deepEqual([rate, errorRate], [92 / 0.01, 0.01]);
  });

  it("can't be told where no requests come", async () => {
    await assert.rejects(counted({ stable: [900] }, { stable: [900] }), {
      name: "UserError",
      message: /^no users send requests .*: pass --rate/,
    });
  });
});
