import assert from "node:assert/strict";
import {
  canaryPlanOf,
  gatewayStack,
  istioStack,
  onlyProblemOf,
  problemsOf,
  refuseEach,
  smallStack,
  type BadValue,
} from "../support/stacks";

function headerProblem(headerMatch: unknown) {
  return onlyProblemOf(smallStack({ "sluice:headerMatch": headerMatch }));
}

describe("headerMatch", () => {
  it("takes a value, a pattern, or neither", () => {
    for (const rule of [{ name: "X-A", value: "a b/c:d" }, { name: "X-A", pattern: "^(a|b)+\\d{2}$" }, { name: "X-A" }])
      assert.deepEqual(canaryPlanOf(smallStack({ "sluice:headerMatch": rule })).canary?.header, rule);
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
    assert.match(allowed, /regular expression that compiles .* to stable/);
  });

  it("suggests the nearest key for an unknown one", () => {
    assert.match(headerProblem({ name: "Region", patern: "a" }).allowed, /did you mean pattern\?/);
  });

  const outside: [string, Record<string, string>, string][] = [
    ["a comma in the value", { name: "Region", value: "a,b" }, "headerMatch.value"],
    ["a comma in the pattern", { name: "Region", pattern: "a{1,2}" }, "headerMatch.pattern"],
    ["a space in the pattern", { name: "Region", pattern: "a b" }, "headerMatch.pattern"],
  ];
  for (const [title, rule, key] of outside)
    it(`refuses ${title}, which ingress-nginx would drop in silence`, () => {
      const problem = headerProblem(rule);
      assert.equal(problem.key, key);
      assert.match(problem.allowed, /letters, digits.*silently/);
      for (const stack of [gatewayStack, istioStack])
        assert.doesNotThrow(() => canaryPlanOf(stack({ "sluice:headerMatch": rule })));
    });

  const unsendable: [string, Record<string, string>, string][] = [
    ["Chinese in the value", { name: "Region", value: "深圳" }, "headerMatch.value"],
    ["an empty value", { name: "Region", value: "" }, "headerMatch.value"],
    ["Chinese in the pattern", { name: "Region", pattern: "深圳" }, "headerMatch.pattern"],
    ["a line break behind the value", { name: "Region", value: "a\n" }, "headerMatch.value"],
  ];
  for (const [title, rule, key] of unsendable)
    it(`refuses ${title}, which no header may carry`, () => {
      const problem = headerProblem(rule);
      assert.equal(problem.key, key);
      assert.match(problem.allowed, /visible ASCII characters/);
    });

  for (const pattern of ["(x{9999}){999}", "a{256}", "a{0,300}", "a{1000,}", "a".repeat(1025)])
    it(`refuses the pattern ${pattern.slice(0, 20)}, which takes too much to look for`, () => {
      const { key, allowed } = onlyProblemOf(gatewayStack({ "sluice:headerMatch": { name: "X-A", pattern } }));
      assert.equal(key, "headerMatch.pattern");
      assert.match(allowed, /at most 1024 characters|more than 255 times/);
    });
});

describe("a header's name", () => {
  const names = ["Re,gion", "地区", "My Region", "", "X_Region", "X.Region", "X~Region", "X/Region", "X:Region"];
  const dropped = /one or more of letters, digits and -: nginx drops a request's header of any other name/;
  refuseEach(
    smallStack,
    names.map((name): BadValue => [
      `can't be "${name}"`,
      { "sluice:headerMatch": { name } },
      "headerMatch.name",
      name,
      dropped,
    ]),
  );

  it("may have digits and -", () => {
    const header = { name: "X-Region-2" };
    assert.deepEqual(canaryPlanOf(smallStack({ "sluice:headerMatch": header })).canary?.header, header);
  });
});

describe("a header's pattern", () => {
  const withPattern = (pattern: string, kind?: string) =>
    smallStack({
      "sluice:headerMatch": { name: "Region", pattern },
      ...(kind !== undefined && { "sluice:ingressController": { kind } }),
    });

  it("may begin with (?i)", () => {
    const header = { name: "Region", pattern: "(?i)shenzhen" };
    for (const kind of ["ingress-nginx", "traefik", "existing"])
      assert.deepEqual(canaryPlanOf(withPattern(header.pattern, kind)).canary?.header, header);
  });

  for (const pattern of ["\\Ashenzhen", "shenzhen\\Z", "\\Qa.b\\E", "[[:alpha:]]", "[]a]", "\\u0041", "(a)\\2"])
    it(`can't be ${pattern}, which PCRE reads otherwise`, () => {
      const { key, value, allowed } = onlyProblemOf(withPattern(pattern));
      assert.deepEqual([key, value], ["headerMatch.pattern", pattern]);
      assert.match(allowed, /must do without what PCRE alone knows/);
    });

  for (const pattern of ["(", "[a", "a**", "x)"])
    it(`can't be ${pattern}, which does not compile`, () => {
      const { key, value, allowed } = onlyProblemOf(withPattern(pattern));
      assert.deepEqual([key, value], ["headerMatch.pattern", pattern]);
      assert.match(allowed, /must be a regular expression that compiles/);
    });

  for (const pattern of ["shen(?=zhen)", "(a)\\1"])
    it(`may be ${pattern} under ingress-nginx, but not under Traefik`, () => {
      for (const kind of ["ingress-nginx", "existing", undefined])
        assert.equal(canaryPlanOf(withPattern(pattern, kind)).canary?.header?.pattern, pattern);
      const { key, value, allowed } = onlyProblemOf(withPattern(pattern, "traefik"));
      assert.deepEqual([key, value], ["headerMatch.pattern", pattern]);
      assert.match(allowed, /must do without .* under Traefik, whose expressions don't have them/);
    });
});

describe("cookieMatch", () => {
  it("takes a name", () => {
    const config = smallStack({ "sluice:cookieMatch": "user_from_shenzhen" });
    assert.equal(canaryPlanOf(config).canary?.cookie, "user_from_shenzhen");
  });

  it("refuses names outside the allowed characters", () => {
    for (const bad of ["a,b", "深圳", "", "a b", "a=b", "a;b", "a/b", "a:b", 1]) {
      const [problem] = problemsOf(smallStack({ "sluice:cookieMatch": bad }));
      assert.equal(problem?.key, "cookieMatch");
      assert.match(problem?.allowed ?? "", /in silence/);
    }
  });
});
