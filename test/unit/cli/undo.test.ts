import assert from "node:assert/strict";
import { lastOther } from "../../../cli/commands/undo";
import { trafficValues } from "../../../record/traffic-values";
import { smallStack } from "../support/stacks";

const weight = (value: number) => trafficValues(smallStack({ "sluice:canaryWeight": value }));
const history = [30, 10, 5].map((value, hour) => ({ time: `2026-01-01T0${hour}:00:00Z`, traffic: weight(value) }));

describe("lastOther", () => {
  it("is the one before the last where the last is up", () =>
    assert.deepEqual(lastOther(history, weight(30), "dev"), {
      time: "2026-01-01T01:00:00Z",
      changes: { canaryWeight: 10 },
    }));

  it("is the last where the stack's file says something else that never was up", () =>
    assert.deepEqual(lastOther(history, weight(99), "dev").changes, { canaryWeight: 30 }));

  it("says so where there is none", () => {
    assert.throws(
      () => lastOther(history.slice(0, 1), weight(30), "dev"),
      /nothing to undo: dev has had only one traffic plan/,
    );
    assert.throws(() => lastOther([], weight(30), "dev"), /nothing to undo/);
  });
});
