import assert from "node:assert/strict";
import fc from "fast-check";
import { cookiePattern } from "../../../traffic/cookie-pattern";
import { ruleCookie } from "../../../traffic/cookies";

const matches = (header: string, name: string, value = "always") =>
  new RegExp(`^(?:${cookiePattern(name, value)})$`).test(header);

/** Names, and headers made of their parts, so that cookies which begin or end like the one asked for are common. */
const cases = fc.constantFrom("a", "ab", "aba", "a-b", "trial", "x.y", "aa", "~_").chain((name) =>
  fc.record({
    name: fc.constant(name),
    header: fc
      .array(
        fc.oneof(
          fc.constantFrom("always", "never", "=", ";", ",", " ", "; ", "-", "x", name, name.toUpperCase()),
          fc.constantFrom(...name, `${name}=always`, `${name} = always`, `${name}x=1`, `x${name}=always`),
        ),
        { maxLength: 12 },
      )
      // A server takes the spaces around a header's value away.
      .map((parts) => parts.join("").replace(/^ +| +$/g, "")),
  }),
);

describe("cookiePattern", () => {
  it("matches exactly where nginx hears the value in the first cookie of the name", () => {
    fc.assert(
      fc.property(cases, ({ name, header }) => {
        assert.equal(matches(header, name), ruleCookie(header, name) === "always");
      }),
      { numRuns: 20_000 },
    );
  });

  for (const [header, isMatch] of [
    ["trial=always", true],
    ["a=1; trial=always; b=2", true],
    ["TRIAL=always", true],
    ["trial=never; trial=always", false],
    ["trial=always; trial=never", true],
    ["my-trial=always", false],
    ["trials=always", false],
    ["trial=alwaysx", false],
    ["a=1,trial=always", true],
  ] as const)
    it(`${isMatch ? "matches" : "does not match"} ${header}`, () => {
      assert.equal(matches(header, "trial"), isMatch);
      assert.equal(ruleCookie(header, "trial") === "always", isMatch);
    });

  it("is short enough for a header match of Gateway API, whatever the name", () => {
    assert.ok(cookiePattern("n".repeat(100), "always").length < 4096);
  });
});
