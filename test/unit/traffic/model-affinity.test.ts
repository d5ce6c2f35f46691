import assert from "node:assert/strict";
import { routeRequest, type TrafficRequest } from "../../../traffic/model";
import type { Affinity, CanaryPlan, CanaryTrial } from "../../../traffic/plan";
import { parseStackConfig } from "../../../config";
import { planWith, planWithoutCanary, sharesFor } from "../support/plans";
import { smallStack } from "../support/stacks";

const canary = { v2: 1 };
const stable = { v1: 1 };
const sticky: Affinity = { cookie: "Stay", behavior: "sticky", keys: { v1: "aaaa", v2: "bbbb" } };
const legacy: Affinity = { ...sticky, behavior: "legacy" };

describe("routeRequest by affinity", () => {
  const always = { name: "Region" };
  const cases: [string, Affinity, Partial<CanaryTrial>, Partial<TrafficRequest>, Record<string, number>][] = [
    ["a cookie that names stable beats a weight of 100", sticky, { weight: 100 }, named("aaaa"), stable],
    [
      "a cookie that names stable beats even a header `always`",
      sticky,
      { weight: 100, header: always },
      { ...named("aaaa"), headers: { Region: "always" } },
      stable,
    ],
    [
      "a cookie that names stable beats a cookie `always`",
      sticky,
      { cookie: "trial" },
      { cookies: { ...named("aaaa").cookies, trial: "always" } },
      stable,
    ],
    [
      "a cookie that names stable beats a pattern that matches",
      sticky,
      { header: { name: "Region", pattern: "." } },
      { ...named("aaaa"), headers: { Region: "x" } },
      stable,
    ],
    ["a cookie that names the canary beats a weight", sticky, { weight: 1 }, named("bbbb"), canary],
    ["a cookie names the canary in vain where nobody is sent to it", sticky, { weight: 0 }, named("bbbb"), stable],
    [
      "a cookie that names the canary beats a header `never`",
      sticky,
      { weight: 0, header: always },
      { ...named("bbbb"), headers: { Region: "never" } },
      canary,
    ],
    ["legacy: a cookie that names stable holds", legacy, { weight: 100 }, named("aaaa"), stable],
    ["legacy: a cookie that names the canary is not asked", legacy, { weight: 0 }, named("bbbb"), stable],
    [
      "legacy: a cookie that names the canary leaves it to the rules",
      legacy,
      { weight: 0, header: always },
      { ...named("bbbb"), headers: { Region: "always" } },
      canary,
    ],
    ["a cookie that names another Service is not asked", sticky, { weight: 100 }, named("cccc"), canary],
    ["a cookie without | names nothing", sticky, { weight: 100 }, { cookies: { Stay: "aaaa" } }, canary],
    ["the key counts behind the |, not before it", sticky, { weight: 100 }, { cookies: { Stay: "aaaa|cccc" } }, canary],
    [
      "the cookie's name is case-sensitive, unlike a rule's",
      sticky,
      { weight: 100 },
      { cookies: { stay: "10.0.0.1|aaaa" } },
      canary,
    ],
    [
      "the cookie counts in a Cookie header too",
      sticky,
      { weight: 100 },
      { headers: { Cookie: "a=1; Stay=10.0.0.1|aaaa" } },
      stable,
    ],
    [
      "the last of two cookies of the name counts",
      sticky,
      { weight: 100 },
      { headers: { Cookie: "Stay=1|bbbb; Stay=1|aaaa" } },
      stable,
    ],
    ["without the cookie the weight decides", sticky, { weight: 100 }, {}, canary],
  ];
  for (const [title, affinity, trial, request, expected] of cases)
    it(title, () => assert.deepEqual(sharesFor(planWith(trial, { affinity }), request), expected));

  it("has nothing to decide where there is no canary", () => {
    assert.deepEqual(sharesFor(planWithoutCanary({ affinity: sticky }), named("bbbb")), stable);
  });

  it("says so", () => {
    const request = { host: "www.test.com", path: "/", ...named("bbbb") };
    const { because } = routeRequest(planWith({ weight: 1 }, { affinity: sticky }), request);
    assert.equal(because, "the affinity cookie Stay names v2");
  });

  it("knows each version by the digest that the controller writes", () => {
    const { plan } = parseStackConfig(smallStack({ "sluice:affinity": { mode: "cookie" } }));
    // md5(md5("demo-nginx-80") + "demo-nginx-80") and the same of demo-nginx-canary-80, by md5sum.
    assert.deepEqual((plan as CanaryPlan).affinity, {
      cookie: "INGRESSCOOKIE",
      behavior: "sticky",
      keys: { v1: "5cf66d86535e02ddece9c2aafe94ef3b", v2: "1affe23a385fcde5b63e67bcf8cb5ab3" },
    });
  });
});

/** A request of somebody who was served by the pod of the Service with a key. */
function named(key: string): { readonly cookies: Record<string, string> } {
  return { cookies: { Stay: `1700000000.123.45.6789|${key}` } };
}
