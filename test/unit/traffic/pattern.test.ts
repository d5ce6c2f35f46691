import assert from "node:assert/strict";
import { compilePattern, isReadDifferently, isRefusedByGo } from "../../../traffic/pattern";

describe("compilePattern", () => {
  it("tells a pattern that compiles from one that does not", () => {
    assert.ok(compilePattern("^a+$")?.test("aaa"));
    for (const broken of ["(", "[a", "a**", "(?<"]) assert.equal(compilePattern(broken), undefined, broken);
  });

  it("reads a leading (?i) as PCRE does", () => {
    assert.ok(compilePattern("(?i)shenzhen")?.test("ShenZhen"));
    assert.ok(!compilePattern("shenzhen")?.test("ShenZhen"));
    assert.ok(!compilePattern("(?i)^shenzhen$")?.test("SHENZHEN-2"));
  });

  it("does not read (?i) elsewhere, which JavaScript can't", () => {
    assert.equal(compilePattern("shen(?i)zhen"), undefined);
  });
});

describe("isReadDifferently", () => {
  // By PCRE's own answer (grep -P), which either refuses the pattern or matches something else.
  const different = [
    "\\Ashenzhen\\z",
    "\\Qa.b\\E",
    "[[:alpha:]]+",
    "[[=a=]]",
    "[]a]",
    "[^]a]",
    "a\\Kb",
    "a\\Cb",
    "\\x{41}",
    "\\x4Z",
    "\\u0041",
    "\\o{101}",
    "\\Lb",
    "\\yb",
    "\\h",
    "\\1a",
    "(a)\\2",
  ];
  for (const pattern of different) it(`is true for ${pattern}`, () => assert.equal(isReadDifferently(pattern), true));

  const alike = [
    "shenzhen",
    "^(a|b)+\\d{2}$",
    "\\\\Ab",
    "[a-z]",
    "a\\.b",
    "\\bword\\b",
    "(?i)x",
    "[\\w\\s]\\S\\W\\D\\B",
    "\\x41",
    "(a)\\1",
    "(?:a)(b)(c)\\2",
    "\\\\1",
  ];
  for (const pattern of alike) it(`is false for ${pattern}`, () => assert.equal(isReadDifferently(pattern), false));
});

describe("isRefusedByGo", () => {
  for (const pattern of ["a(?=b)", "(a)\\1"])
    it(`is true for ${pattern}`, () => assert.equal(isRefusedByGo(pattern), true));

  for (const pattern of ["shenzhen", "(?:a|b)", "(?i)a", "\\\\1", "\\d"])
    it(`is false for ${pattern}`, () => assert.equal(isRefusedByGo(pattern), false));
});
