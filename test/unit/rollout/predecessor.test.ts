import assert from "node:assert/strict";
import type { Compared } from "../../../rollout/check";
import { pastOf } from "../../../rollout/predecessor";

const compared = (since: number, requests: number, errors: number, slowerThan?: number): Compared => ({
  since,
  canary: { requests: 1, errors: 1 },
  stable: { requests, errors },
  evidence: 0,
  ...(slowerThan !== undefined && { slowerThan }),
});
const timelineOf = (name: string, ...all: Compared[]) =>
  all.map((one, at) => ({ at, step: 1, weight: 10, metrics: [{ name, compared: one }] }));

describe("what a rollout knows of a predecessor's requests", () => {
  it("is all that its drivers have counted, each from 0", () =>
    assert.deepEqual(
      pastOf(timelineOf("errors", compared(1, 100, 1), compared(1, 300, 2), compared(2, 50, 1), compared(2, 90, 4))),
      { errors: { requests: 390, errors: 6 } },
    ));

  it("leaves out what was slow by another bound", () =>
    assert.deepEqual(pastOf(timelineOf("slow", compared(1, 500, 5, 100), compared(2, 200, 1, 250))), {
      slow: { requests: 200, errors: 1, slowerThan: 250 },
    }));

  it("is not lost with a driver that finds no more requests of it", () =>
    assert.deepEqual(pastOf(timelineOf("slow", compared(1, 500, 5, 100), compared(2, 0, 0, 250))), {
      slow: { requests: 500, errors: 5, slowerThan: 100 },
    }));

  it("is nothing where too little was counted, or nothing is compared", () => {
    assert.deepEqual(pastOf(timelineOf("errors", compared(1, 99, 0))), {});
    assert.deepEqual(pastOf([{ at: 1, step: 1, weight: 10, metrics: [{ name: "queue", value: 3 }] }]), {});
    assert.deepEqual(pastOf(undefined), {});
  });
});
