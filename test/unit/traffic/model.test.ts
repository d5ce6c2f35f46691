import assert from "node:assert/strict";
import { compilePattern, routeRequest, type TrafficRequest } from "../../../traffic/model";
import type { CanaryTrial, TrafficPlan } from "../../../traffic/plan";
import { planWith } from "../support/plans";

const weightOnly = { v1: 0.9, v2: 0.1 };
const canary = { v2: 1 };
const stable = { v1: 1 };

function sharesFor(trial: Partial<CanaryTrial>, request: Partial<TrafficRequest>) {
  return routeRequest(planWith(trial), { host: "www.test.com", path: "/", ...request }).shares;
}

describe("routeRequest by header", () => {
  const value = { name: "Region", value: "shenzhen" };
  const pattern = { name: "Region", pattern: "shenzhen" };
  const alwaysNever = { name: "Region" };
  const cases: [string, CanaryTrial["header"], Record<string, string>, Record<string, number>][] = [
    ["an exact value goes to the canary", value, { Region: "shenzhen" }, canary],
    ["another value falls through to the weight", value, { Region: "south-shenzhen" }, weightOnly],
    ["a value set makes `always` fall through", value, { Region: "always" }, weightOnly],
    ["a value set makes `never` fall through", value, { Region: "never" }, weightOnly],
    ["a pattern is unanchored", pattern, { Region: "south-shenzhen-2" }, canary],
    ["a pattern without a match falls through", pattern, { Region: "beijing" }, weightOnly],
    ["a pattern set makes `always` fall through", pattern, { Region: "always" }, weightOnly],
    ["a pattern may be anchored", { name: "Region", pattern: "^shenzhen$" }, { Region: "shenzhen-2" }, weightOnly],
    ["the name alone: `always`", alwaysNever, { Region: "always" }, canary],
    ["the name alone: `never`", alwaysNever, { Region: "never" }, stable],
    ["the name alone: any other value falls through", alwaysNever, { Region: "shenzhen" }, weightOnly],
    ["the name alone: `Always` is another value", alwaysNever, { Region: "Always" }, weightOnly],
    ["the header's name is case-insensitive", value, { rEGION: "shenzhen" }, canary],
    ["the header's value is case-sensitive", value, { Region: "Shenzhen" }, weightOnly],
    ["without the header, the weight decides", value, { "X-Region": "shenzhen" }, weightOnly],
    ["value beats pattern where both are set", { ...value, pattern: "beijing" }, { Region: "beijing" }, weightOnly],
  ];
  for (const [title, header, headers, expected] of cases)
    it(title, () => assert.deepEqual(sharesFor({ weight: 10, header }, { headers }), expected));

  it("sends a request to stable where the pattern does not compile, without asking cookie or weight", () => {
    const trial = { weight: 100, header: { name: "Region", pattern: "(" }, cookie: "trial" };
    assert.deepEqual(sharesFor(trial, { headers: { Region: "x" }, cookies: { trial: "always" } }), stable);
  });

  it("asks cookie and weight where the pattern does not compile and the header is absent", () => {
    assert.deepEqual(sharesFor({ weight: 100, header: { name: "Region", pattern: "(" } }, {}), canary);
  });
});

describe("routeRequest by cookie", () => {
  const cookie = "user_from_shenzhen";
  const cases: [string, Record<string, string>, Record<string, number>][] = [
    ["`always` goes to the canary", { user_from_shenzhen: "always" }, canary],
    ["`never` goes to stable", { user_from_shenzhen: "never" }, stable],
    ["any other value falls through to the weight", { user_from_shenzhen: "yes" }, weightOnly],
    ["the cookie's name is case-insensitive", { USER_FROM_SHENZHEN: "always" }, canary],
    ["another cookie says nothing", { user: "always" }, weightOnly],
  ];
  for (const [title, cookies, expected] of cases)
    it(title, () => assert.deepEqual(sharesFor({ weight: 10, cookie }, { cookies }), expected));
});

describe("routeRequest's order of evaluation", () => {
  const cookie = "trial";

  it("asks the header before the cookie", () => {
    const header = { name: "Region", pattern: "shenzhen" };
    const request = { headers: { Region: "shenzhen" }, cookies: { trial: "never" } };
    assert.deepEqual(sharesFor({ weight: 0, header, cookie }, request), canary);
  });

  it("lets a header `never` beat a cookie `always`", () => {
    const request = { headers: { Region: "never" }, cookies: { trial: "always" } };
    assert.deepEqual(sharesFor({ weight: 0, header: { name: "Region" }, cookie }, request), stable);
  });

  it("asks the cookie where a header with a value set says `never`", () => {
    const header = { name: "Region", value: "x" };
    const request = { headers: { Region: "never" }, cookies: { trial: "always" } };
    assert.deepEqual(sharesFor({ weight: 0, header, cookie }, request), canary);
  });

  it("lets a cookie `never` beat a weight of 100", () => {
    assert.deepEqual(sharesFor({ weight: 100, cookie }, { cookies: { trial: "never" } }), stable);
  });

  it("leaves versions without a share out at weight 0 and 100", () => {
    assert.deepEqual(sharesFor({ weight: 0 }, {}), stable);
    assert.deepEqual(sharesFor({ weight: 100 }, {}), canary);
  });

  it("gives everybody stable where there is no canary, whatever the request says", () => {
    const { canary: _, ...plan } = planWith({ weight: 10 });
    const request = { host: "www.test.com", path: "/", headers: { Region: "always" }, cookies: { trial: "always" } };
    assert.deepEqual(routeRequest(plan, request).shares, stable);
  });
});

describe("routeRequest's reason", () => {
  it("names the rule that decided", () => {
    const plan = planWith({ weight: 10, header: { name: "Region", value: "shenzhen" }, cookie: "trial" });
    const request = { host: "www.test.com", path: "/" };
    const because = (more: Partial<TrafficRequest>) => routeRequest(plan, { ...request, ...more }).because;
    assert.match(because({ headers: { Region: "shenzhen" } }), /header Region/);
    assert.match(because({ cookies: { trial: "never" } }), /cookie trial is never/);
    assert.match(because({}), /weight 10/);
  });
});

describe("routeRequest by host and path", () => {
  const answer = (plan: Partial<TrafficPlan>, request: Partial<TrafficRequest>) =>
    routeRequest({ ...planWith({ weight: 100 }), ...plan }, { host: "www.test.com", path: "/", ...request });

  it("answers an unknown host by 404 and no share", () => {
    const { status, shares } = answer({}, { host: "www.other.com" });
    assert.equal(status, 404);
    assert.deepEqual(shares, {});
  });

  it("ignores the host's case and port", () => {
    assert.equal(answer({}, { host: "WWW.test.com:8080" }).status, undefined);
  });

  it("takes one label for a wildcard host, as an Ingress rule does", () => {
    const host = "*.test.com";
    assert.equal(answer({ host }, { host: "www.test.com" }).status, undefined);
    assert.equal(answer({ host }, { host: "test.com" }).status, 404);
    assert.equal(answer({ host }, { host: "a.b.test.com" }).status, 404);
  });

  const paths: [TrafficPlan["pathType"], string, string, boolean][] = [
    ["Prefix", "/", "/anything/at/all", true],
    ["Prefix", "/foo", "/foo", true],
    ["Prefix", "/foo", "/foo/", true],
    ["Prefix", "/foo", "/foo/bar", true],
    ["Prefix", "/foo", "/foobar", false],
    ["Prefix", "/foo", "/Foo", false],
    ["Prefix", "/foo/", "/foo", true],
    ["Prefix", "/foo/", "/foobar", false],
    ["Exact", "/foo", "/foo", true],
    ["Exact", "/foo", "/foo/", false],
    ["Exact", "/foo", "/foo/bar", false],
    ["Exact", "/", "/foo", false],
  ];
  for (const [pathType, path, asked, isServed] of paths)
    it(`${pathType} ${path} ${isServed ? "serves" : "does not serve"} ${asked}`, () =>
      assert.equal(answer({ path, pathType }, { path: asked }).status, isServed ? undefined : 404));

  it("leaves the query out of the comparison", () => {
    assert.equal(answer({ path: "/foo", pathType: "Exact" }, { path: "/foo?a=/b" }).status, undefined);
  });
});

describe("compilePattern", () => {
  it("tells a pattern that compiles from one that does not", () => {
    assert.ok(compilePattern("^a+$")?.test("aaa"));
    assert.equal(compilePattern("("), undefined);
    assert.equal(compilePattern("[a"), undefined);
  });
});
