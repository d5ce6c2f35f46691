import assert from "node:assert/strict";
import { gatewayControllerName } from "../../../components/traefik";
import { findGatewayProblems } from "../../../preflight/gateway";
import { keyOfManifest, type Manifest } from "../../../render/manifest";
import { FakeObjects, situationOf } from "../support/fake-objects";
import { manifest } from "../support/manifests";
import { gatewayStack, type RawConfig } from "../support/stacks";

const apiVersion = "gateway.networking.k8s.io/v1";
const certificate = { "sluice:route": { tls: [{ secretName: "cert", hosts: ["www.test.com"] }] } };
const redirects = ["HTTPRouteSchemeRedirect", "HTTPRoute308RedirectStatusCode"];
const attached = {
  "sluice:ingressController": undefined,
  "sluice:gateway": { name: "shared", namespace: "infra" },
};

const kinds = (channel: "standard" | "experimental"): Manifest =>
  manifest("CustomResourceDefinition", "httproutes.gateway.networking.k8s.io", {
    apiVersion: "apiextensions.k8s.io/v1",
    spec: { versions: [{ schema: channel === "standard" ? {} : { retry: {} } }] },
  });

const gatewayClass = (...features: readonly string[]): Manifest =>
  manifest("GatewayClass", "any", {
    apiVersion,
    status: { supportedFeatures: features.map((name) => ({ name })) },
  });

const gateway = (...listeners: readonly object[]): Manifest =>
  manifest("Gateway", "shared", { apiVersion, namespace: "infra", spec: { gatewayClassName: "any", listeners } });

const toAll = { allowedRoutes: { namespaces: { from: "All" } } };
const http = { name: "web", port: 80, protocol: "HTTP", ...toAll };
const https = { name: "secure", port: 443, protocol: "HTTPS", ...toAll };

const route = (name: string, spec: object): Manifest =>
  manifest("HTTPRoute", name, { apiVersion, namespace: "other", spec });

describe("findGatewayProblems", () => {
  let live: FakeObjects;
  beforeEach(() => (live = new FakeObjects()));

  const problems = async (changes: RawConfig, ...there: readonly Manifest[]) => {
    live.put(...there);
    return (await findGatewayProblems(await situationOf(gatewayStack(changes), live))).problems ?? [];
  };
  /** The only problem; fails where there is none or several. */
  const onlyProblem = async (changes: RawConfig, ...there: readonly Manifest[]) => {
    const all = await problems(changes, ...there);
    assert.equal(all.length, 1, JSON.stringify(all));
    return all[0] ?? assert.fail();
  };

  it("asks nothing where the stack has no route", async () => {
    await findGatewayProblems({ manifests: [manifest("Service", "a")], live, isOwn: () => false });
    assert.deepEqual(live.calls, []);
  });

  it("has nothing against a plan that the cluster can do", async () => {
    assert.deepEqual(await problems({ ...certificate }, kinds("standard"), gatewayClass(...redirects)), []);
  });

  it("names the command that brings the kinds, where they are missing", async () => {
    live.missing.add("gateway.networking.k8s.io");
    const { key, value, allowed } = await onlyProblem({});
    assert.deepEqual([key, value], ["router", "gateway"]);
    assert.match(allowed, /kubectl apply --server-side -f https:\/\/\S+\/download\/v1\.5\.1\/standard-install\.yaml/);
  });

  it("refuses a class that is not there", async () => {
    const { key, value, allowed } = await onlyProblem({}, kinds("standard"));
    assert.deepEqual([key, value], ["ingressController.className", "any"]);
    assert.match(allowed, /must be the name of an existing GatewayClass/);
  });

  it("takes a class that the stack brings, by what Traefik says of itself", async () => {
    const own = { "sluice:ingressController": { kind: "traefik" }, ...certificate };
    assert.deepEqual(await problems(own, kinds("standard")), []);
    const copies = {
      ...own,
      "sluice:canaryWeight": 0,
      "sluice:headerMatch": { name: "A" },
      "sluice:mirrorPercent": 100,
    };
    const { key, value } = await onlyProblem(copies);
    assert.deepEqual([key, value], ["mirrorPercent", "HTTPRouteRequestMirror"]);
  });

  const beyond: readonly (readonly [changes: RawConfig, key: string, feature: string])[] = [
    [{ "sluice:route": { timeouts: { request: "1s" } } }, "route.timeouts.request", "HTTPRouteRequestTimeout"],
    [{ "sluice:route": { timeouts: { backend: "1s" } } }, "route.timeouts.backend", "HTTPRouteBackendTimeout"],
    [{ "sluice:canaryWeight": 0, "sluice:mirrorPercent": 100 }, "mirrorPercent", "HTTPRouteRequestMirror"],
  ];
  for (const [changes, name, feature] of beyond) {
    it(`refuses what needs ${feature}, once for all rules`, async () => {
      const config = { ...changes, "sluice:headerMatch": { name: "Region" } };
      const { key, value, allowed } = await onlyProblem(config, kinds("standard"), gatewayClass());
      assert.deepEqual([key, value], [name, feature]);
      assert.match(allowed, /GatewayClass any does not support \w+ \(status\.supportedFeatures\)/);
    });
    it(`takes it where ${feature} is supported`, async () => {
      const config = { ...changes, "sluice:headerMatch": { name: "Region" } };
      assert.deepEqual(await problems(config, kinds("standard"), gatewayClass(feature)), []);
    });
  }

  it("refuses a part of copies where only whole ones are supported", async () => {
    const some = { "sluice:canaryWeight": 0, "sluice:mirrorPercent": 10, "sluice:headerMatch": { name: "Region" } };
    const { key, value } = await onlyProblem(some, kinds("standard"), gatewayClass("HTTPRouteRequestMirror"));
    assert.deepEqual([key, value], ["mirrorPercent", "HTTPRouteRequestPercentageMirror"]);
  });

  it("refuses TLS where plain requests can't be led to https", async () => {
    const found = await problems(certificate, kinds("standard"), gatewayClass());
    assert.deepEqual(
      found.map(({ key, value }) => [key, value]),
      redirects.map((feature) => ["route.tls", feature]),
    );
  });

  it("reads features that are named by themselves, as before v1.1", async () => {
    const old = { ...gatewayClass(), status: { supportedFeatures: redirects } };
    assert.deepEqual(await problems(certificate, kinds("standard"), old), []);
  });

  it("refuses retries without the experimental channel, and names its command", async () => {
    const config = { "sluice:route": { retries: { attempts: 2 } } };
    const { key, allowed } = await onlyProblem(config, kinds("standard"), gatewayClass());
    assert.equal(key, "route.retries");
    assert.match(allowed, /experimental-install\.yaml/);
    assert.deepEqual(await problems(config, kinds("experimental")), []);
  });

  it("refuses retries under Traefik, which reads none, whatever the channel", async () => {
    const config = { "sluice:route": { retries: { attempts: 2 } } };
    const traefiks = { ...gatewayClass(), spec: { controllerName: "traefik.io/gateway-controller" } };
    for (const [changes, ...there] of [
      [{ "sluice:ingressController": { kind: "traefik" } }, kinds("experimental")],
      [{}, traefiks],
    ] as const) {
      const { key, allowed } = await onlyProblem({ ...config, ...changes }, ...there);
      assert.equal(key, "route.retries");
      assert.match(allowed, /must be left out under Traefik, which does not read it/);
    }
  });

  describe("by a Gateway that is there", () => {
    it("refuses one that is not", async () => {
      const { key, value } = await onlyProblem(attached, kinds("standard"), gatewayClass());
      assert.deepEqual([key, value], ["gateway", "infra/shared"]);
    });

    it("takes one whose listener takes the host from this namespace", async () => {
      for (const hostname of [undefined, "www.test.com", "*.test.com"])
        assert.deepEqual(
          await problems(attached, kinds("standard"), gatewayClass(), gateway({ ...http, hostname })),
          [],
          hostname,
        );
    });

    it("refuses a host that no listener takes", async () => {
      const { key, value, allowed } = await onlyProblem(
        attached,
        kinds("standard"),
        gatewayClass(),
        gateway({ ...http, hostname: "*.shop.com" }),
      );
      assert.deepEqual([key, value], ["host", "www.test.com"]);
      assert.match(allowed, /listener of Gateway infra\/shared takes from this namespace: web takes \*\.shop\.com/);
    });

    it("refuses it where routes of other namespaces are not taken", async () => {
      const closed = { name: "web", port: 80, protocol: "HTTP" };
      const { key, allowed } = await onlyProblem(attached, kinds("standard"), gatewayClass(), gateway(closed));
      assert.equal(key, "host");
      assert.match(allowed, /web takes every host/);
      const own = { ...attached, "sluice:gateway": { name: "shared" } };
      const here = { ...gateway(closed), metadata: { name: "shared", namespace: "demo" } };
      assert.deepEqual(await problems(own, here), []);
    });

    it("wants a listener of either port where the host has a certificate", async () => {
      const secured = { ...attached, ...certificate };
      const { allowed } = await onlyProblem(
        secured,
        kinds("standard"),
        gatewayClass(...redirects),
        gateway({ ...http, hostname: "www.test.com" }),
      );
      assert.match(allowed, /on port 443 takes/);
      assert.deepEqual(await problems(secured, gateway(http, https)), []);
    });

    it("refuses a host and path that another route has, and no other place", async () => {
      const spec = (path: string, gatewayName = "shared") => ({
        parentRefs: [{ name: gatewayName, namespace: "infra" }],
        hostnames: ["www.test.com"],
        rules: [{ matches: [{ path: { type: "PathPrefix", value: path } }] }],
      });
      const there = [kinds("standard"), gatewayClass(), gateway(http)];
      const fine = [route("below", spec("/shop")), route("elsewhere", spec("/", "another"))];
      assert.deepEqual(await problems(attached, ...there, ...fine), []);
      const { key, value, allowed } = await onlyProblem(attached, route("taken", spec("/")));
      assert.deepEqual([key, value], ["host", "www.test.com"]);
      assert.match(allowed, /HTTPRoute other\/taken has \/ already/);
    });

    it("refuses what another Gateway of Traefik's class has, as Traefik answers for all of them at one address", async () => {
      const traefiks = manifest("GatewayClass", "any", {
        apiVersion,
        spec: { controllerName: gatewayControllerName },
      });
      const another = { ...gateway(http), metadata: { name: "another", namespace: "infra" } };
      const spec = { parentRefs: [{ name: "another", namespace: "infra" }], hostnames: ["www.test.com"], rules: [{}] };
      const there = [kinds("standard"), gateway(http), another, route("taken", spec)];
      assert.deepEqual(await problems(attached, ...there, gatewayClass()), []);
      const { allowed } = await onlyProblem(attached, traefiks);
      assert.match(allowed, /no other route has at this entry point: HTTPRoute other\/taken has \/ already/);
    });

    it("has nothing against the stack's own routes of before", async () => {
      const parentRefs = [{ name: "shared", namespace: "infra" }];
      const spec = { parentRefs, hostnames: ["www.test.com"], rules: [{}] };
      const old = route("old", spec);
      live.put(kinds("standard"), gatewayClass(), gateway(http), old);
      const situation = await situationOf(gatewayStack(attached), live, (key) => key === keyOfManifest(old));
      assert.deepEqual((await findGatewayProblems(situation)).problems, []);
      const others = await findGatewayProblems({ ...situation, isOwn: () => false });
      assert.equal(others.problems?.length, 1);
    });
  });
});
