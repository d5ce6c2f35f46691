import assert from "node:assert/strict";
import { routeRequest, type TrafficRequest } from "../../../traffic/model";
import type { Route } from "../../../traffic/plan";
import { blueGreenPlan, replicaRatioPlan, sharesFor } from "../support/plans";

const everyRule: Partial<TrafficRequest> = {
  headers: { Region: "always", Cookie: "trial=always" },
  cookies: { user_from_shenzhen: "always" },
};
const preview: Route = { host: "preview.test.com", path: "/", pathType: "Prefix" };

describe("routeRequest of a blue-green plan behind an Ingress", () => {
  it("gives everybody the active color, whatever the request says", () => {
    assert.deepEqual(sharesFor(blueGreenPlan(), everyRule), { v1: 1 });
    assert.deepEqual(sharesFor(blueGreenPlan({ activeColor: "green" }), everyRule), { v2: 1 });
  });

  it("answers other hosts and paths by 404 and no share", () => {
    const plan = blueGreenPlan({ routes: [{ host: "www.test.com", path: "/shop", pathType: "Prefix" }] });
    for (const request of [
      { host: "www.other.com", path: "/shop" },
      { host: "www.test.com", path: "/cart" },
    ]) {
      const { shares, status } = routeRequest(plan, request);
      assert.deepEqual([shares, status], [{}, 404]);
    }
  });

  it("answers a path that nginx refuses by 400 and no share, whatever the routes", () => {
    const plan = blueGreenPlan({ routes: [{ host: "www.test.com", path: "/", pathType: "Exact" }] });
    for (const host of ["www.test.com", "www.other.com"]) {
      const { shares, status } = routeRequest(plan, { host, path: "/%00" });
      assert.deepEqual([shares, status], [{}, 400]);
    }
  });

  it("gives the idle color to the preview's host, and to nobody else", () => {
    const plan = blueGreenPlan({ preview });
    assert.deepEqual(sharesFor(plan, { host: "preview.test.com" }), { v2: 1 });
    assert.deepEqual(sharesFor(plan), { v1: 1 });
    assert.deepEqual(sharesFor({ ...plan, activeColor: "green" }, { host: "preview.test.com" }), { v1: 1 });
  });

  it("takes the preview's host before a wildcard that fits it too", () => {
    const plan = blueGreenPlan({ routes: [{ host: "*.test.com", path: "/", pathType: "Prefix" }], preview });
    assert.deepEqual(sharesFor(plan, { host: "preview.test.com" }), { v2: 1 });
    assert.deepEqual(sharesFor(plan, { host: "www.test.com" }), { v1: 1 });
  });

  for (const retireIdle of ["scaleDown", "remove"] as const)
    it(`answers the preview's host by 404 where the idle color is not there to be tried: ${retireIdle}`, () => {
      const { shares, status } = routeRequest(blueGreenPlan({ preview, retireIdle }), {
        host: preview.host,
        path: "/",
      });
      assert.deepEqual([shares, status], [{}, 404]);
    });

  it("answers the preview's host by 404 where there is no other color", () => {
    const plan = blueGreenPlan({ preview, colors: { blue: "v1" } });
    assert.equal(routeRequest(plan, { host: preview.host, path: "/" }).status, 404);
  });
});

describe("routeRequest of a blue-green plan behind a Service", () => {
  const plan = blueGreenPlan({ router: "service", routes: [], nodePort: 30080, previewNodePort: 30081 });

  it("gives everybody the active color, whatever host and path they ask for", () => {
    for (const host of ["www.test.com", "www.other.com", "192.168.10.1:30080"])
      assert.deepEqual(sharesFor(plan, { ...everyRule, host, path: "/any" }), { v1: 1 });
    assert.deepEqual(sharesFor({ ...plan, activeColor: "green" }), { v2: 1 });
  });
});

describe("routeRequest of a plan by replicas", () => {
  it("gives each version its part of the pods, whatever the request says", () => {
    assert.deepEqual(sharesFor(replicaRatioPlan(), { ...everyRule, host: "any" }), { v1: 0.75, v2: 0.25 });
  });

  it("leaves out a version without pods", () => {
    assert.deepEqual(sharesFor(replicaRatioPlan({ canary: { version: "v2", replicas: 0 } })), { v1: 1 });
    const { canary: _, ...alone } = replicaRatioPlan();
    assert.deepEqual(sharesFor(alone), { v1: 1 });
  });

  it("says the pods that it counts", () => {
    const { because } = routeRequest(replicaRatioPlan(), { host: "any", path: "/" });
    assert.equal(because, "1 of 4 pods are v2's");
  });
});
