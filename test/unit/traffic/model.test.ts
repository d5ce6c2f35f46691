import assert from "node:assert/strict";
import { routeRequest, type TrafficRequest } from "../../../traffic/model";
import type { CanaryTrial } from "../../../traffic/plan";
import { planWith, planWithoutCanary, sharesFor } from "../support/plans";

const weightOnly = { v1: 0.9, v2: 0.1 };
const canary = { v2: 1 };
const stable = { v1: 1 };

describe("routeRequest by header", () => {
  const value = { name: "Region", value: "shenzhen" };
  const pattern = { name: "Region", pattern: "shenzhen" };
  const alwaysNever = { name: "Region" };
  const cases: [string, CanaryTrial["header"], Record<string, string>, Record<string, number>][] = [
    ["an exact value goes to the canary", value, { Region: "shenzhen" }, canary],
    ["another value falls through to the weight", value, { Region: "south-shenzhen" }, weightOnly],
    ["a value set makes `always` fall through", value, { Region: "always" }, weightOnly],
    ["a value set makes `never` fall through", value, { Region: "never" }, weightOnly],
    ["a value that is `never` goes to the canary", { name: "Region", value: "never" }, { Region: "never" }, canary],
    ["a pattern is unanchored", pattern, { Region: "south-shenzhen-2" }, canary],
    ["a pattern without a match falls through", pattern, { Region: "beijing" }, weightOnly],
    ["a pattern set makes `always` fall through", pattern, { Region: "always" }, weightOnly],
    ["a pattern set makes `never` fall through", pattern, { Region: "never" }, weightOnly],
    ["a pattern is case-sensitive", pattern, { Region: "Shenzhen" }, weightOnly],
    ["a pattern with (?i) is not", { name: "Region", pattern: "(?i)shenzhen" }, { Region: "SHENZHEN" }, canary],
    ["a pattern may be anchored", { name: "Region", pattern: "^shenzhen$" }, { Region: "shenzhen-2" }, weightOnly],
    ["the name alone: `always`", alwaysNever, { Region: "always" }, canary],
    ["the name alone: `never`", alwaysNever, { Region: "never" }, stable],
    ["the name alone: any other value falls through", alwaysNever, { Region: "shenzhen" }, weightOnly],
    ["the name alone: `Always` is another value", alwaysNever, { Region: "Always" }, weightOnly],
    ["the header's name is case-insensitive", value, { rEGION: "shenzhen" }, canary],
    ["the header's value is case-sensitive", value, { Region: "Shenzhen" }, weightOnly],
    ["spaces around the header's value don't count", value, { Region: " shenzhen " }, canary],
    ["without the header, the weight decides", value, { "X-Region": "shenzhen" }, weightOnly],
    ["an empty header is none of the values", value, { Region: "" }, weightOnly],
    ["value beats pattern where both are set", { ...value, pattern: "beijing" }, { Region: "beijing" }, weightOnly],
  ];
  for (const [title, header, headers, expected] of cases)
    it(title, () => assert.deepEqual(sharesFor(planWith({ weight: 10, header }), { headers }), expected));

  for (const sent of ["X_Region", "X.Region", "X Region"])
    it(`does not hear the header ${sent}, which nginx drops`, () => {
      for (const name of ["X-Region", sent]) {
        const plan = planWith({ weight: 10, header: { name, value: "shenzhen" } });
        assert.deepEqual(sharesFor(plan, { headers: { [sent]: "shenzhen" } }), weightOnly);
      }
    });

  it("hears the header beside one that nginx drops", () => {
    const plan = planWith({ weight: 10, header: { name: "X-Region", value: "shenzhen" } });
    assert.deepEqual(sharesFor(plan, { headers: { X_Region: "beijing", "x-region": "shenzhen" } }), canary);
  });
});

describe("routeRequest by a pattern that does not compile", () => {
  const header = { name: "Region", pattern: "(" };
  const headers = { Region: "x" };
  const cookies = { trial: "always" };

  it("sends a request with the header to stable, without asking cookie or weight", () => {
    assert.deepEqual(sharesFor(planWith({ weight: 100, header, cookie: "trial" }), { headers, cookies }), stable);
  });

  it("asks cookie and weight where the header is absent", () => {
    assert.deepEqual(sharesFor(planWith({ weight: 100, header })), canary);
    assert.deepEqual(sharesFor(planWith({ weight: 0, header, cookie: "trial" }), { cookies }), canary);
  });

  it("is not asked where a value is set", () => {
    const both = { ...header, value: "x" };
    assert.deepEqual(sharesFor(planWith({ weight: 0, header: both }), { headers }), canary);
    assert.deepEqual(sharesFor(planWith({ weight: 100, header: both }), { headers: { Region: "y" } }), canary);
  });
});

describe("routeRequest by cookie", () => {
  const cookie = "user_from_shenzhen";
  const cases: [string, Partial<TrafficRequest>, Record<string, number>][] = [
    ["`always` goes to the canary", { cookies: { user_from_shenzhen: "always" } }, canary],
    ["`never` goes to stable", { cookies: { user_from_shenzhen: "never" } }, stable],
    ["any other value falls through to the weight", { cookies: { user_from_shenzhen: "yes" } }, weightOnly],
    ["`Always` is another value", { cookies: { user_from_shenzhen: "Always" } }, weightOnly],
    ["the cookie's name is case-insensitive", { cookies: { USER_FROM_SHENZHEN: "always" } }, canary],
    ["another cookie says nothing", { cookies: { user: "always" } }, weightOnly],
    ["no cookie at all says nothing", {}, weightOnly],
    ["a Cookie header counts", { headers: { Cookie: "user_from_shenzhen=always" } }, canary],
    ["a Cookie header in lower case counts", { headers: { cookie: "user_from_shenzhen=never" } }, stable],
    ["a Cookie header may hold others", { headers: { Cookie: "a=1; user_from_shenzhen=always; b=2" } }, canary],
    ["a cookie without `=` is none", { headers: { Cookie: "user_from_shenzhen" } }, weightOnly],
    ["a cookie without a value is none of the two", { headers: { Cookie: "user_from_shenzhen=" } }, weightOnly],
    [
      "the first of two of a name counts",
      { headers: { Cookie: "user_from_shenzhen=never; user_from_shenzhen=always" } },
      stable,
    ],
    ["a name that only ends the same is another", { headers: { Cookie: "x_user_from_shenzhen=always" } }, weightOnly],
    ["a value with = in it is another", { headers: { Cookie: "user_from_shenzhen=always=1" } }, weightOnly],
  ];
  for (const [title, request, expected] of cases)
    it(title, () => assert.deepEqual(sharesFor(planWith({ weight: 10, cookie }), request), expected));
});

describe("routeRequest by weight", () => {
  it("decides where no cookie rule is set, but for a cookie without a name, which the controller asks for then", () => {
    assert.deepEqual(sharesFor(planWith({ weight: 10 }), { cookies: { trial: "always" } }), weightOnly);
    assert.deepEqual(sharesFor(planWith({ weight: 10 }), { headers: { Cookie: "=always" } }), canary);
  });

  const cases: [string, Partial<CanaryTrial>, Record<string, number>][] = [
    ["0 leaves the canary out", { weight: 0 }, stable],
    ["100 leaves stable out", { weight: 100 }, canary],
    ["a part of 100", { weight: 10 }, weightOnly],
    ["a part of weightTotal", { weight: 100, weightTotal: 1000 }, weightOnly],
    ["one in a hundred thousand", { weight: 1, weightTotal: 100_000 }, { v1: 1 - 1 / 100_000, v2: 1 / 100_000 }],
    ["the whole weightTotal leaves stable out", { weight: 1000, weightTotal: 1000 }, canary],
    ["100 of 200 is half", { weight: 100, weightTotal: 200 }, { v1: 0.5, v2: 0.5 }],
  ];
  for (const [title, trial, expected] of cases) it(title, () => assert.deepEqual(sharesFor(planWith(trial)), expected));
});

describe("routeRequest's order of evaluation", () => {
  const cookie = "trial";

  it("asks the header before the cookie", () => {
    const plan = planWith({ weight: 0, header: { name: "Region", pattern: "shenzhen" }, cookie });
    const request = { headers: { Region: "shenzhen" }, cookies: { trial: "never" } };
    assert.deepEqual(sharesFor(plan, request), canary);
  });

  it("lets a header `never` beat a cookie `always`", () => {
    const request = { headers: { Region: "never" }, cookies: { trial: "always" } };
    assert.deepEqual(sharesFor(planWith({ weight: 0, header: { name: "Region" }, cookie }), request), stable);
  });

  it("lets a header `never` beat a weight of 100", () => {
    const plan = planWith({ weight: 100, header: { name: "Region" } });
    assert.deepEqual(sharesFor(plan, { headers: { Region: "never" } }), stable);
  });

  for (const header of [
    { name: "Region", value: "x" },
    { name: "Region", pattern: "^x$" },
  ])
    it(`asks the cookie where a header with a ${header.value ? "value" : "pattern"} set says \`never\``, () => {
      const request = { headers: { Region: "never" }, cookies: { trial: "always" } };
      assert.deepEqual(sharesFor(planWith({ weight: 0, header, cookie }), request), canary);
    });

  it("lets a cookie `never` beat a weight of 100", () => {
    assert.deepEqual(sharesFor(planWith({ weight: 100, cookie }), { cookies: { trial: "never" } }), stable);
  });

  it("gives everybody stable where there is no canary, whatever the request says", () => {
    const request = { headers: { Region: "always" }, cookies: { trial: "always" } };
    assert.deepEqual(sharesFor(planWithoutCanary(), request), stable);
  });
});

describe("routeRequest's reason", () => {
  const plan = planWith({
    weight: 30,
    weightTotal: 300,
    header: { name: "Region", value: "shenzhen" },
    cookie: "trial",
  });
  const because = (request: Partial<TrafficRequest>) =>
    routeRequest(plan, { host: "www.test.com", path: "/", ...request }).because;

  it("names the rule that decided", () => {
    assert.equal(because({ headers: { Region: "shenzhen" } }), "header Region is shenzhen");
    assert.equal(because({ cookies: { trial: "never" } }), "cookie trial is never");
    assert.equal(because({}), "weight 30 of 300");
  });

  it("is nginx's own where the path is none, whatever the rules", () => {
    const { shares, status, because: reason } = routeRequest(plan, { host: "www.test.com", path: "/../x" });
    assert.deepEqual([shares, status, reason], [{}, 400, "nginx refuses the path /../x"]);
  });

  it("names the host or the path that no rule is for", () => {
    assert.equal(because({ host: "www.other.com" }), "no rule for host www.other.com");
    const shop = planWith({}, { routes: [{ host: "www.test.com", path: "/shop", pathType: "Prefix" }] });
    const { because: reason } = routeRequest(shop, { host: "www.test.com", path: "/cart" });
    assert.equal(reason, "no rule for path /cart of host www.test.com");
  });
});
