import assert from "node:assert/strict";
import fc from "fast-check";
import { routeRequest } from "../../../traffic/model";
import type { HeaderRule } from "../../../traffic/plan";
import { planWith } from "../support/plans";

const weight = fc.integer({ min: 0, max: 100 });
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const sentValue = fc.oneof(fc.constantFrom("always", "never", "shenzhen"), word);
const header: fc.Arbitrary<HeaderRule> = fc.oneof(
  word.map((value) => ({ name: "Region", value })),
  fc.constantFrom("shenzhen", "^a", "[b-d]$", "(").map((pattern) => ({ name: "Region", pattern })),
  fc.constant({ name: "Region" }),
);
const cookie = fc.constantFrom("trial", "user_from_shenzhen");
const maybe = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });
const trial = fc.record({ weight, header: maybe(header), cookie: maybe(cookie) });
const request = fc.record({
  host: fc.constant("www.test.com"),
  path: fc.constantFrom("/", "/a", "/a/b"),
  headers: fc.dictionary(fc.constantFrom("Region", "region", "Accept"), sentValue, { maxKeys: 1 }),
  cookies: fc.dictionary(fc.constantFrom("trial", "TRIAL", "user_from_shenzhen"), sentValue, { maxKeys: 1 }),
});

describe("routeRequest, whatever plan and request", () => {
  it("gives shares that are positive, of known versions, and sum to 1", () => {
    fc.assert(
      fc.property(trial, request, (anyTrial, anyRequest) => {
        const { shares } = routeRequest(planWith(anyTrial), anyRequest);
        const parts = Object.values(shares);
        assert.ok(Object.keys(shares).every((version) => ["v1", "v2"].includes(version)));
        assert.ok(parts.every((part) => part > 0 && part <= 1));
        assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - 1) < 1e-12);
      }),
    );
  });

  it("gives the canary exactly its weight where no rule is set", () => {
    fc.assert(
      fc.property(weight, request, (percent, anyRequest) => {
        const { shares } = routeRequest(planWith({ weight: percent }), anyRequest);
        assert.ok(Math.abs((shares["v2"] ?? 0) * 100 - percent) < 1e-9);
      }),
    );
  });

  it("never changes by a header rule who is served without the header", () => {
    fc.assert(
      fc.property(trial, header, request, (anyTrial, rule, anyRequest) => {
        const withoutHeader = { ...anyRequest, headers: { Accept: "text/html" } };
        assert.deepEqual(
          routeRequest(planWith({ ...anyTrial, header: rule }), withoutHeader).shares,
          routeRequest(planWith({ ...anyTrial, header: undefined }), withoutHeader).shares,
        );
      }),
    );
  });

  it("never changes by a cookie rule who is served without the cookie", () => {
    fc.assert(
      fc.property(trial, cookie, request, (anyTrial, name, anyRequest) => {
        const withoutCookie = { ...anyRequest, cookies: { session: "always" } };
        assert.deepEqual(
          routeRequest(planWith({ ...anyTrial, cookie: name }), withoutCookie).shares,
          routeRequest(planWith({ ...anyTrial, cookie: undefined }), withoutCookie).shares,
        );
      }),
    );
  });

  it("leaves nothing to the cookie where the header decides", () => {
    const decisive = fc.constantFrom<[HeaderRule, string]>(
      [{ name: "Region", value: "shenzhen" }, "shenzhen"],
      [{ name: "Region", pattern: "shen" }, "shenzhen"],
      [{ name: "Region" }, "always"],
      [{ name: "Region" }, "never"],
      [{ name: "Region", pattern: "(" }, "anything"],
    );
    fc.assert(
      fc.property(decisive, weight, sentValue, ([rule, sent], percent, cookieValue) => {
        const plan = planWith({ weight: percent, header: rule, cookie: "trial" });
        const asked = { host: "www.test.com", path: "/", headers: { Region: sent } };
        assert.deepEqual(routeRequest(plan, { ...asked, cookies: { trial: cookieValue } }), routeRequest(plan, asked));
      }),
    );
  });

  it("answers 404 for every other host", () => {
    fc.assert(
      fc.property(trial, fc.domain(), (anyTrial, host) => {
        fc.pre(host.toLowerCase() !== "www.test.com");
        assert.equal(routeRequest(planWith(anyTrial), { host, path: "/" }).status, 404);
      }),
    );
  });
});
