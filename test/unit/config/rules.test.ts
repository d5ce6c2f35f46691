import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { onlyProblemOf, problemsOf, smallStack } from "../support/stacks";

function headerProblem(headerMatch: unknown) {
  return onlyProblemOf(smallStack({ "sluice:headerMatch": headerMatch }));
}

describe("headerMatch", () => {
  it("takes a value, a pattern, or neither", () => {
    for (const rule of [{ name: "X-A", value: "a b/c:d" }, { name: "X-A", pattern: "^(a|b)+\\d{2}$" }, { name: "X-A" }])
      assert.deepEqual(parseStackConfig(smallStack({ "sluice:headerMatch": rule })).plan.canary?.header, rule);
  });

  it("refuses value and pattern together", () => {
    const { key, allowed } = headerProblem({ name: "Region", value: "a", pattern: "b" });
    assert.equal(key, "headerMatch");
    assert.match(allowed, /either value or pattern, not both/);
  });

  it("refuses what is no map", () => {
    for (const bad of ["Region", [], 1]) assert.match(headerProblem(bad).allowed, /must be a map: \{ name, value \}/);
  });

  it("refuses an empty map, naming what is missing", () => {
    const { key, value } = headerProblem({});
    assert.deepEqual([key, value], ["headerMatch.name", undefined]);
  });

  it("refuses a pattern that does not compile, saying what ingress-nginx would do", () => {
    const { key, value, allowed } = headerProblem({ name: "Region", pattern: "(" });
    assert.deepEqual([key, value], ["headerMatch.pattern", "("]);
    assert.match(allowed, /regular expression that compiles: .* to stable/);
  });

  it("suggests the nearest key for an unknown one", () => {
    assert.match(headerProblem({ name: "Region", patern: "a" }).allowed, /did you mean pattern\?/);
  });

  const outside: [string, Record<string, string>, string][] = [
    ["a comma in the value", { name: "Region", value: "a,b" }, "headerMatch.value"],
    ["Chinese in the value", { name: "Region", value: "深圳" }, "headerMatch.value"],
    ["an empty value", { name: "Region", value: "" }, "headerMatch.value"],
    ["a comma in the name", { name: "Re,gion" }, "headerMatch.name"],
    ["Chinese in the name", { name: "地区" }, "headerMatch.name"],
    ["a space in the name", { name: "My Region" }, "headerMatch.name"],
    ["an empty name", { name: "" }, "headerMatch.name"],
    ["a comma in the pattern", { name: "Region", pattern: "a{1,2}" }, "headerMatch.pattern"],
    ["Chinese in the pattern", { name: "Region", pattern: "深圳" }, "headerMatch.pattern"],
    ["a space in the pattern", { name: "Region", pattern: "a b" }, "headerMatch.pattern"],
    ["a line break behind the value", { name: "Region", value: "a\n" }, "headerMatch.value"],
  ];
  for (const [title, rule, key] of outside)
    it(`refuses ${title}, which ingress-nginx would drop in silence`, () => {
      const problem = headerProblem(rule);
      assert.equal(problem.key, key);
      assert.match(problem.allowed, /letters, digits.*in silence/);
    });
});

describe("cookieMatch", () => {
  it("takes a name", () => {
    const config = smallStack({ "sluice:cookieMatch": "user_from_shenzhen" });
    assert.equal(parseStackConfig(config).plan.canary?.cookie, "user_from_shenzhen");
  });

  it("refuses names outside the allowed characters", () => {
    for (const bad of ["a,b", "深圳", "", "a b", "a=b", 1]) {
      const [problem] = problemsOf(smallStack({ "sluice:cookieMatch": bad }));
      assert.equal(problem?.key, "cookieMatch");
      assert.match(problem?.allowed ?? "", /in silence/);
    }
  });
});
