import assert from "node:assert/strict";
import { parseExposition } from "../../../../rollout/counters/exposition";
import { Meter, type ReadPages } from "../../../../rollout/counters/meter";
import { pageOf, seriesOf } from "./pages";

const { signal } = new AbortController();

describe("a meter of a controller's counters", () => {
  let time: number;
  let canary: number;
  let meter: Meter;
  beforeEach(() => {
    time = 1_000_000;
    canary = 70;
    const read: ReadPages = (names) =>
      Promise.resolve(new Map([["a", parseExposition(pageOf({ canary: [canary] }), names)]]));
    meter = new Meter(seriesOf(), read, () => time);
  });

  /** A second later, with so many requests more. */
  async function look(more: number, step = 1): Promise<number | undefined> {
    time += 1000;
    canary += more;
    return (await meter.look(step, signal))?.canary.requests;
  }

  it("counts no request of a step that may be one by which Sluice has measured the split", async () => {
    assert.deepEqual(
      [await look(0), await look(200), await look(10), await look(5), await look(7)],
      [undefined, undefined, undefined, 5, 7],
    );
    assert.deepEqual([await look(3, 2), await look(200, 2), await look(20, 2), await look(4, 2)].at(-1), 4);
  });

  it("counts stable's requests until the first step's count, and not after", async () => {
    let stable = 1000;
    const read: ReadPages = (names) =>
      Promise.resolve(new Map([["a", parseExposition(pageOf({ stable: [stable] }), names)]]));
    const preparing = new Meter(seriesOf(), read, () => time);
    const counts: number[] = [];
    for (const [step, more] of [
      [0, 0],
      [1, 300],
      [1, 20],
      [1, 20],
      [1, 20],
    ] as const) {
      time += 1000;
      stable += more;
      await preparing.look(step, signal);
      counts.push(preparing.stableBefore.requests);
    }
    assert.deepEqual(counts, [0, 300, 320, 340, 340]);
  });

  it("looks back as far as it is told, and never before the step", async () => {
    for (const more of [0, 0, 0, 5, 7, 11]) await look(more);
    const last = (milliseconds: number) => meter.last("canary", milliseconds).requests;
    assert.deepEqual([last(1000), last(2000), last(60_000)], [11, 18, 23]);
    for (const more of [0, 0, 0, 2]) await look(more, 2);
    assert.deepEqual([last(1000), last(60_000)], [2, 2]);
    assert.equal(meter.total("canary").requests, 95);
  });
});
