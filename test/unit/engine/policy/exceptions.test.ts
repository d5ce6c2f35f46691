import assert from "node:assert/strict";
import { listExceptions } from "../../../../engine/policy/exceptions";
import type { PolicySettings } from "../../../../engine/policy/pack";

const exception = (until: string, more: object = {}) => ({ owner: "platform", reason: "a reason", until, ...more });
const settings = (level: PolicySettings["level"], ...exceptions: readonly object[]): PolicySettings => ({
  level,
  config: { exceptions },
});

describe("listExceptions", () => {
  const listed = listExceptions(
    new Map([
      ["pinned", settings("mandatory", exception("2027-03-31", { namespace: "shop" }), exception("2026-11-28"))],
      ["probes", settings("advisory", exception("2026-11-29"))],
      ["off", settings("disabled", exception("2027-01-01"))],
      ["none", { level: "mandatory", config: {} }],
    ]),
    new Date("2026-11-29T12:00:00Z"),
  );

  it("has those of every policy that is on, by their last day", () =>
    assert.deepEqual(
      listed.map(({ policy, until }) => [policy, until]),
      [
        ["pinned", "2026-11-28"],
        ["probes", "2026-11-29"],
        ["pinned", "2027-03-31"],
      ],
    ));

  it("tells those that have ended", () =>
    assert.deepEqual(
      listed.map(({ isInForce }) => isInForce),
      [false, true, true],
    ));
});
