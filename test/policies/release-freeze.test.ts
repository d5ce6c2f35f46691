import assert from "node:assert/strict";
import { releaseFreeze } from "../../policies/release-freeze";
import { freezeProblems, momentsOf, windowAt } from "../../policies/support/freeze";
import { check } from "./support/check";
import { canaryPlan, release } from "./support/plans";

const window = {
  from: "2026-12-20T18:00",
  to: "2027-01-04T08:00",
  timeZone: "Europe/Berlin",
  reason: "the Christmas sale",
};

describe("release-freeze", () => {
  const [before, after] = [canaryPlan("v1", "v2", 10), canaryPlan("v1", "v2", 20)];
  const hour = 3_600_000;
  /** Minutes as the clocks of UTC show them. */
  const clock = (hours: number) => new Date(Date.now() + hours * hour).toISOString().slice(0, 16);
  const now = { ...window, timeZone: "UTC", from: clock(-1), to: clock(3) };
  const frozen = async (kind: "same" | "way back" | "release", freeze: readonly object[]) =>
    (await check(releaseFreeze, [release(after, { plan: before, kind })], { freeze })).violations;

  it("refuses a release in a window, and says until when and why", async () => {
    const [message = ""] = await frozen("release", [now]);
    assert.ok(message.startsWith(`nothing is released until ${now.to.replace("T", " ")} UTC, because of the Christ`));
    assert.match(message, /go back by sluice undo or sluice abort, or add the stack test to "except"/);
  });

  it("lets a way back pass, and what changes nothing for users", async () => {
    assert.deepEqual(await frozen("way back", [now]), []);
    assert.deepEqual(await frozen("same", [now]), []);
  });

  it("lets the stacks pass that it excepts, and every stack outside its window", async () => {
    assert.deepEqual(await frozen("release", [{ ...now, except: ["test"] }]), []);
    assert.equal((await frozen("release", [{ ...now, except: ["other"] }])).length, 1);
    assert.deepEqual(await frozen("release", [{ ...now, to: clock(-0.5) }]), []);
    assert.deepEqual(await frozen("release", []), []);
  });

  it("takes a stack's first update for a release", async () =>
    assert.equal((await check(releaseFreeze, [release(after)], { freeze: [now] })).violations.length, 1));

  it("says which window can't be one", async () =>
    assert.match(
      (await frozen("release", [{ ...now, timeZone: "Berlin" }]))[0] ?? "",
      /policy itself failed: freeze\.0\.timeZone/,
    ));
});

describe("a freeze window", () => {
  for (const [timeZone, text, utc] of [
    ["Europe/Berlin", "2026-12-20T18:00", "2026-12-20T17:00:00.000Z"],
    ["Europe/Berlin", "2026-07-01T00:00", "2026-06-30T22:00:00.000Z"],
    ["America/New_York", "2026-11-27T00:00", "2026-11-27T05:00:00.000Z"],
    ["Asia/Kolkata", "2026-11-27T00:30", "2026-11-26T19:00:00.000Z"],
    ["Asia/Shanghai", "2027-02-05T00:00", "2027-02-04T16:00:00.000Z"],
    // The clocks of Berlin go from 2:00 to 3:00.
    ["Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00:00.000Z"],
  ] as const)
    it(`begins at ${text} in ${timeZone}`, () =>
      assert.equal(momentsOf({ ...window, from: text, timeZone }).from.toISOString(), utc));

  it("holds from its first minute to before its end", () => {
    const at = (time: string) => windowAt(new Date(time), "prod", [window])?.reason;
    assert.equal(at("2026-12-20T16:59:59Z"), undefined);
    assert.equal(at("2026-12-20T17:00:00Z"), window.reason);
    assert.equal(at("2027-01-04T06:59:59Z"), window.reason);
    assert.equal(at("2027-01-04T07:00:00Z"), undefined);
  });

  for (const [what, change, message] of [
    [
      "an unknown time zone",
      { timeZone: "Mars/Olympus" },
      /^freeze\.0\.timeZone is "Mars\/Olympus": it must be a time zone/,
    ],
    [
      "a day that there is not",
      { from: "2026-02-30T00:00" },
      /^freeze\.0\.from is "2026-02-30T00:00": it must be a day/,
    ],
    ["an hour that there is not", { to: "2027-01-04T25:00" }, /^freeze\.0\.to is /],
    ["an end before its beginning", { to: "2026-12-20T18:00" }, /^freeze\.0\.to is .*: it must be later than from/],
  ] as const)
    it(`is refused with ${what}`, () => assert.match(freezeProblems([{ ...window, ...change }])[0] ?? "", message));
});
