import assert from "node:assert/strict";
import fc from "fast-check";
import { routeRequest, type TrafficRequest } from "../../../traffic/model";
import type { CanaryPlan, CanaryTrial } from "../../../traffic/plan";
import { plainShares, type Shares } from "../../../traffic/shares";
import { blueGreenPlans, canaryPlans, headerRules, plansWithRequests, requestsFor } from "../support/arbitraries";
import { blueGreenPlan } from "../support/plans";

/** A plan as it is, but for its canary's weight or rules; `undefined` takes a rule away. */
function withTrial(
  plan: CanaryPlan,
  changes: { [Key in keyof CanaryTrial]?: CanaryTrial[Key] | undefined },
): CanaryPlan {
  const trial = Object.entries({ ...plan.canary, ...changes }).filter(([, value]) => value !== undefined);
  return { ...plan, canary: Object.fromEntries(trial) as unknown as CanaryTrial };
}

/** Who serves a request at a part of the plan's whole weight, from 0 to 1. */
function sharesAt(part: 0 | 1, plan: CanaryPlan, request: TrafficRequest): Shares {
  return routeRequest(withTrial(plan, { weight: part * (plan.canary?.weightTotal ?? 0) }), request).shares;
}

/** True where a rule of the plan decides, so that the weight doesn't. */
function isDecided(plan: CanaryPlan, request: TrafficRequest): boolean {
  return Object.keys(sharesAt(0, plan, request)).join() === Object.keys(sharesAt(1, plan, request)).join();
}

function assertWhole(shares: Shares): void {
  const parts = Object.values(shares);
  assert.ok(parts.every((part) => part > 0 && part <= 1));
  assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - 1) < 1e-12);
}

describe("routeRequest, whatever canary and request", () => {
  it("gives shares that are positive, of the plan's versions, and sum to 1", () => {
    fc.assert(
      fc.property(plansWithRequests(), ([plan, request]) => {
        const { shares, status } = routeRequest(plan, request);
        assert.equal(status, undefined);
        assertWhole(shares);
        const versions = [plan.stable, plan.canary?.version];
        assert.ok(Object.keys(shares).every((version) => versions.includes(version)));
      }),
    );
  });

  it("answers by a status and no share, or by no status and whole shares, wherever a request goes", () => {
    const anywhere = fc.tuple(fc.oneof(fc.domain(), fc.string()), fc.oneof(fc.webPath(), fc.string()));
    fc.assert(
      fc.property(plansWithRequests(), anywhere, ([plan, request], [host, path]) => {
        const { shares, status, because } = routeRequest(plan, { ...request, host, path: `/${path}` });
        if (status !== undefined) assert.deepEqual(shares, {});
        else assertWhole(shares);
        assert.notEqual(because, "");
      }),
    );
  });

  it("answers 404 for every host that no route has", () => {
    fc.assert(
      fc.property(plansWithRequests(), fc.domain(), ([plan, request], host) => {
        const asked = host.toLowerCase();
        const names = [asked, asked.replace(/^[^.]+/, "*")];
        fc.pre(!plan.routes.some((route) => names.includes(route.host)));
        assert.equal(routeRequest(plan, { ...request, host }).status, 404);
      }),
    );
  });

  it("does not look at the host's case, port and trailing dot, nor at a query", () => {
    fc.assert(
      fc.property(plansWithRequests(), fc.integer({ min: 1, max: 65535 }), ([plan, request], port) => {
        const { host, path } = request;
        const same = { ...request, host: `${host.toUpperCase()}.:${port}`, path: `${path.split("?")[0]}?x=/y` };
        assert.deepEqual(routeRequest(plan, same).shares, routeRequest(plan, request).shares);
      }),
    );
  });

  it("serves all addresses of a plan alike", () => {
    const cases = canaryPlans().chain((plan) => fc.tuple(fc.constant(plan), requestsFor(plan), requestsFor(plan)));
    fc.assert(
      fc.property(cases, ([plan, request, { host, path }]) => {
        assert.deepEqual(routeRequest(plan, { ...request, host, path }), routeRequest(plan, request));
      }),
    );
  });

  it("does not look at the case of headers' names", () => {
    fc.assert(
      fc.property(plansWithRequests(), fc.boolean(), ([plan, request], isUpper) => {
        const change = (name: string) => (isUpper ? name.toUpperCase() : name.toLowerCase());
        const headers = Object.fromEntries(
          Object.entries(request.headers ?? {}).map(([name, value]) => [change(name), value]),
        );
        assert.deepEqual(routeRequest(plan, { ...request, headers }), routeRequest(plan, request));
      }),
    );
  });

  it("reads a Cookie header as it reads cookies", () => {
    fc.assert(
      fc.property(plansWithRequests(), ([plan, { headers = {}, cookies = {}, ...place }]) => {
        fc.pre(Object.keys(cookies).length > 0);
        const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
        const inHeader = { ...place, headers: { ...headers, cookie: pairs.join(";") } };
        assert.deepEqual(routeRequest(plan, inHeader), routeRequest(plan, { ...place, headers, cookies }));
      }),
    );
  });
});

describe("routeRequest's precedence, whatever canary and request", () => {
  it("lets the weight change only requests that no rule decides, and these by exactly the weight", () => {
    fc.assert(
      fc.property(plansWithRequests(), ([plan, request]) => {
        const { shares } = routeRequest(plan, request);
        if (isDecided(plan, request)) assert.deepEqual(shares, sharesAt(0, plan, request));
        else assert.deepEqual(shares, plainShares(plan));
      }),
    );
  });

  it("leaves nothing to cookie and weight where the header decides", () => {
    fc.assert(
      fc.property(plansWithRequests({ affinity: false }), ([plan, request]) => {
        const byHeader = withTrial(plan, { cookie: undefined });
        fc.pre(plan.canary?.header !== undefined && isDecided(byHeader, request));
        const { shares } = routeRequest(byHeader, request);
        assert.deepEqual([sharesAt(0, plan, request), sharesAt(1, plan, request)], [shares, shares]);
      }),
      { numRuns: 200 },
    );
  });

  it("leaves nothing to the weight where the cookie decides", () => {
    fc.assert(
      fc.property(
        plansWithRequests({ affinity: false }),
        fc.constantFrom("always", "never"),
        ([plan, request], sent) => {
          const cookie = plan.canary?.cookie;
          const headerless = withTrial(plan, { header: undefined });
          fc.pre(cookie !== undefined);
          const asked = { host: request.host, path: request.path, cookies: { [cookie]: sent } };
          const expected = { [(sent === "always" ? plan.canary?.version : plan.stable) ?? ""]: 1 };
          for (const part of [0, 1] as const) assert.deepEqual(sharesAt(part, headerless, asked), expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("leaves nothing to any rule where affinity names stable", () => {
    fc.assert(
      fc.property(plansWithRequests(), ([plan, request]) => {
        fc.pre(plan.affinity !== undefined);
        const { cookie, keys } = plan.affinity;
        const { Cookie: _, ...headers } = request.headers ?? {};
        const cookies = { ...request.cookies, [cookie]: `1.2.3|${keys[plan.stable]}` };
        assert.deepEqual(routeRequest(plan, { ...request, headers, cookies }).shares, { [plan.stable]: 1 });
      }),
      { numRuns: 200 },
    );
  });

  it("never changes by a header rule who is served without the header", () => {
    fc.assert(
      fc.property(plansWithRequests(), headerRules, ([plan, request], header) => {
        const { Cookie } = request.headers ?? {};
        const headers = { Accept: "text/html", ...(Cookie !== undefined && { Cookie }) };
        assert.deepEqual(
          routeRequest(withTrial(plan, { header }), { ...request, headers }).shares,
          routeRequest(withTrial(plan, { header: undefined }), { ...request, headers }).shares,
        );
      }),
    );
  });

  it("never changes by a cookie rule who is served without the cookie", () => {
    fc.assert(
      fc.property(plansWithRequests(), ([plan, request]) => {
        const { Cookie: _, ...headers } = request.headers ?? {};
        const without = { ...request, headers, cookies: { session: "always" } };
        assert.deepEqual(
          routeRequest(withTrial(plan, { cookie: "trial" }), without).shares,
          routeRequest(withTrial(plan, { cookie: undefined }), without).shares,
        );
      }),
    );
  });
});

describe("routeRequest, whatever blue-green plan and request", () => {
  const asked = fc.record({
    host: fc.constantFrom("www.test.com", "api.test.com", "preview.test.com", "other.test"),
    path: fc.webPath(),
    headers: fc.dictionary(fc.constantFrom("Region", "Cookie"), fc.constantFrom("always", "trial=always")),
  });

  it("gives a request to one color, or to nobody by a status", () => {
    fc.assert(
      fc.property(blueGreenPlans, asked, (plan, request) => {
        const { shares, status } = routeRequest(plan, request);
        assert.deepEqual(Object.values(shares), status === undefined ? [1] : []);
      }),
    );
  });

  it("gives by a switch everybody the other color, on the same addresses", () => {
    fc.assert(
      fc.property(blueGreenPlans, asked, (plan, request) => {
        const before = routeRequest({ ...plan, activeColor: "blue" }, request);
        const after = routeRequest({ ...plan, activeColor: "green" }, request);
        const other: Record<string, string> = { v1: "v2", v2: "v1" };
        assert.equal(after.status, before.status);
        assert.deepEqual(
          Object.keys(after.shares),
          Object.keys(before.shares).map((version) => other[version]),
        );
      }),
    );
  });

  it("never looks into a request behind a Service", () => {
    const plan = blueGreenPlan({ router: "service", routes: [] });
    fc.assert(fc.property(asked, (request) => assert.deepEqual(routeRequest(plan, request).shares, { v1: 1 })));
  });
});
