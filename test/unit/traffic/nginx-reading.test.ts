import assert from "node:assert/strict";
import { routeRequest } from "../../../traffic/model";
import { affinityCookie, ruleCookie } from "../../../traffic/cookies";
import type { PathType } from "../../../traffic/plan";
import { planWith, sharesFor } from "../support/plans";

const canary = { v2: 1 };
const stable = { v1: 1 };

// Each case was tried on nginx with the controller's own Lua code.
describe("a request as nginx reads it", () => {
  const cookies: [header: string, name: string, value: string | undefined][] = [
    ["trial=always", "trial", "always"],
    ["lang=en; TRIAL=always", "trial", "always"],
    ["lang=en, trial=always", "trial", "always"],
    ["trial = always", "trial", "always"],
    ["trial=always ; lang=en", "trial", "always "],
    ["trial=always, lang=en", "trial", "always, lang=en"],
    ["trial=maybe; trial=always", "trial", "maybe"],
    ["trials=1; trial=always", "trial", "always"],
    ["mytrial=always", "trial", undefined],
    ["trial", "trial", undefined],
    ["trial; trial=always", "trial", undefined],
    ["=always", "", "always"],
  ];
  for (const [header, name, value] of cookies)
    it(`finds ${value === undefined ? "no cookie" : `"${value}"`} of a rule on "${name}" in "${header}"`, () =>
      assert.equal(ruleCookie(header, name), value));

  const sticky: [header: string, value: string | undefined][] = [
    ["Stay=a|b", "a|b"],
    ["lang=en; Stay=a|b; x=1", "a|b"],
    ["Stay=a|b; Stay=c|d", "c|d"],
    ["stay=a|b", undefined],
    ["flag; Stay=a|b", undefined],
  ];
  for (const [header, value] of sticky)
    it(`finds ${value === undefined ? "no affinity cookie" : `the affinity cookie ${value}`} in "${header}"`, () =>
      assert.equal(affinityCookie(header, "Stay"), value));

  it("takes a cookie without a name for the rule of a canary that has none", () => {
    assert.deepEqual(sharesFor(planWith({ weight: 10 }), { headers: { Cookie: "=always" } }), canary);
    assert.deepEqual(sharesFor(planWith({ weight: 100 }), { cookies: { "": "never" } }), stable);
    assert.deepEqual(sharesFor(planWith({ cookie: "trial" }), { headers: { Cookie: "=always" } }), stable);
  });

  it("asks Host and Cookie as it asks other headers", () => {
    const byHost = planWith({ header: { name: "Host", pattern: "^www.*:8080$" } });
    assert.deepEqual(sharesFor(byHost, { host: "www.test.com:8080" }), canary);
    assert.deepEqual(sharesFor(byHost), stable);
    const byCookie = planWith({ header: { name: "Cookie", value: "lang=en" } });
    assert.deepEqual(sharesFor(byCookie, { cookies: { lang: "en" } }), canary);
    assert.deepEqual(sharesFor(byCookie), stable);
  });

  it("joins the values of a header that is sent twice", () => {
    const twice = { headers: { Region: "beijing", region: "shenzhen " } };
    assert.deepEqual(sharesFor(planWith({ header: { name: "Region", value: "shenzhen" } }), twice), stable);
    assert.deepEqual(
      sharesFor(planWith({ header: { name: "Region", pattern: "^beijing, shenzhen$" } }), twice),
      canary,
    );
  });

  it("takes spaces from around a header's value, and nothing else", () => {
    const plan = planWith({ header: { name: "Region", value: "shenzhen" } });
    assert.deepEqual(sharesFor(plan, { headers: { Region: "  shenzhen " } }), canary);
    assert.deepEqual(sharesFor(plan, { headers: { Region: "\tshenzhen" } }), stable);
  });

  for (const path of ["/..", "/../shop", "/%2e%2e/shop", "/shop/../..", "/shop%00", "/shop%", "/shop%zz"])
    it(`refuses the path ${path}, whatever the rules`, () => {
      const { status, shares } = routeRequest(planWith({ weight: 100 }), { host: "www.test.com", path });
      assert.deepEqual({ status, shares }, { status: 400, shares: {} });
    });

  for (const path of ["/shop/..", "/shop/../", "/?%zz", "/%25", "/%ff"])
    it(`does not refuse the path ${path}`, () =>
      assert.equal(routeRequest(planWith({}), { host: "www.test.com", path }).status, undefined));

  for (const pathType of ["Exact", "Prefix", "ImplementationSpecific"] satisfies PathType[])
    it(`sends /shop on to the ${pathType} path /shop/, and nothing else`, () => {
      const plan = planWith({}, { routes: [{ host: "www.test.com", path: "/shop/", pathType }] });
      const statusOf = (path: string) => routeRequest(plan, { host: "www.test.com", path }).status;
      assert.deepEqual([statusOf("/shop"), statusOf("/shop/"), statusOf("/shopping")], [undefined, undefined, 404]);
    });
});
