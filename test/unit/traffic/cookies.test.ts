import assert from "node:assert/strict";
import { affinityCookie, cookieHeader, ruleCookie } from "../../../traffic/cookies";

describe("cookieHeader", () => {
  it("is what a request's cookies and its Cookie headers come to", () => {
    const cookies = { a: "1", b: "2" };
    assert.equal(cookieHeader({ cookies }), "a=1; b=2");
    assert.equal(cookieHeader({ headers: { cookie: " c=3 " } }), "c=3");
    assert.equal(cookieHeader({ cookies, headers: { COOKIE: "c=3", Accept: "*" } }), "a=1; b=2; c=3");
  });

  it("is not there without cookies", () => {
    assert.equal(cookieHeader({}), undefined);
    assert.equal(cookieHeader({ cookies: {}, headers: { Accept: "*" } }), undefined);
  });
});

describe("ruleCookie", () => {
  const cases: [header: string, value: string | undefined][] = [
    ["trial=always", "always"],
    ["TRIAL=always", "always"],
    ["a=1; trial=always; b=2", "always"],
    ["a=1;trial=always", "always"],
    ["a=1, trial=always", "always"],
    ["trial=always, a=1", "always, a=1"],
    ["trial=always;", "always"],
    ["trial = always", "always"],
    ["trial=always ; a=1", "always "],
    ["trial=never; trial=always", "never"],
    ["trial=", ""],
    ["trial=always=1", "always=1"],
    ["trial", undefined],
    ["trial; trial=always", undefined],
    ["xtrial=always", undefined],
    ["trialx=always", undefined],
    ["a=trial=always", undefined],
    ["trial; a=1; trial=always", "always"],
    ["", undefined],
  ];
  for (const [header, value] of cases)
    it(`reads ${value === undefined ? "nothing" : `"${value}"`} from "${header}"`, () =>
      assert.equal(ruleCookie(header, "trial"), value));
});

describe("affinityCookie", () => {
  const cases: [header: string, value: string | undefined][] = [
    ["Stay=1|a", "1|a"],
    ["stay=1|a", undefined],
    ["x=1; Stay=1|a; y=2", "1|a"],
    ["Stay=1|a; Stay=2|b", "2|b"],
    ["Stay=1|a x", "1|a"],
    ["Stay", undefined],
    ["", undefined],
  ];
  for (const [header, value] of cases)
    it(`reads ${value === undefined ? "nothing" : `"${value}"`} from "${header}"`, () =>
      assert.equal(affinityCookie(header, "Stay"), value));
});
