import assert from "node:assert/strict";
import { routePatches, withdrawPatches } from "../../../routers";
import { explainPlan } from "../../../traffic/explain";
import { applicationStack, versionOf } from "../support/applications";
import { answerByGateway } from "../support/gateway-answer";
import type { EntranceRequest } from "../support/objects-answer";
import { readFixture } from "../../workloads/fixtures";
import { blueActive, saidByKey, type RawConfig } from "../support/stacks";

const listener = { name: "web", port: 80, protocol: "HTTP" };
const gateway = {
  ...{ apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata: { name: "shared", namespace: "infra" } },
  spec: { listeners: [listener] },
};

describe("an application behind Gateway API", () => {
  const rules = { "sluice:headerMatch": { name: "Region" }, "sluice:cookieMatch": "trial" };

  it("keeps its HTTPRoute, and has the canary's beside it for its own paths alone", () => {
    const { names, named } = applicationStack("http-route.yaml");
    assert.deepEqual(names, [
      "Service/cart",
      "Service/cart-canary",
      "HTTPRoute/shop",
      "HTTPRoute/shop-canary",
      names.at(-1),
    ]);
    assert.match(names.at(-1) ?? "", /^HTTPRoute\/shop-canary-[0-9a-f]{8}$/);
    const { spec } = named("HTTPRoute", "shop-canary");
    const [rule, ...more] = spec["rules"] as Record<string, unknown>[];
    assert.deepEqual(more, []);
    const { matches, ...rest } = rule ?? assert.fail();
    assert.deepEqual((matches as object[])[0], { path: { type: "PathPrefix", value: "/cart" }, method: "GET" });
    assert.equal((matches as object[]).length, 9);
    assert.deepEqual(rest, {
      filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "X-Team", value: "shop" }] } }],
      timeouts: { request: "10s" },
      backendRefs: [
        { name: "cart", port: 8000, weight: 90 },
        { name: "cart-canary", port: 8000, weight: 10 },
      ],
    });
    assert.deepEqual(spec["hostnames"], ["shop.example.com", "www.shop.example.com"]);
    assert.deepEqual(spec["parentRefs"], [{ name: "shared", namespace: "infra", sectionName: "web" }]);
  });

  it("gives each request the version that the plan says, by its objects alone", () => {
    const { objects } = applicationStack("http-route.yaml", rules);
    const manifests = [
      gateway,
      ...objects.map(({ apiVersion, kind, metadata, spec }) => ({ apiVersion, kind, metadata, spec })),
    ];
    const asked = (path: string, more: Partial<EntranceRequest> = {}) =>
      answerByGateway(manifests, { host: "shop.example.com", path, ...more }, "whole").shares;
    assert.deepEqual(asked("/cart/1"), { v1: 0.9, v2: 0.1 });
    assert.deepEqual(asked("/basket"), { v1: 0.9, v2: 0.1 });
    assert.deepEqual(asked("/cart", { headers: { Region: "always" } }), { v2: 1 });
    assert.deepEqual(asked("/cart", { headers: { Region: "never" }, method: "DELETE" }), { v1: 1 });
    assert.deepEqual(asked("/cart", { cookies: { trial: "always" } }), { v2: 1 });
    assert.deepEqual(asked("/cart", { method: "PROPFIND" }), { v1: 1 });
  });

  it("moves and goes back by patches of the canary's route and of the Services", () => {
    const { config } = applicationStack("http-route.yaml");
    const { plan } = config;
    assert.ok(plan.strategy === "canary" && plan.canary);
    const more = { ...plan, canary: { ...plan.canary, weight: 50 } };
    const moved = routePatches(config, plan, more)?.map(({ kind, name }) => `${kind}/${name}`);
    assert.deepEqual(moved?.slice(0, 1), ["HTTPRoute/shop-canary"]);
    assert.equal(moved.length, 2);
    const promoted = routePatches(config, plan, { ...plan, stable: "v2" }) ?? assert.fail();
    assert.ok(promoted.some(({ kind, name }) => kind === "Service" && name === "cart"));
    assert.ok(!promoted.some(({ name }) => name === "shop"));
    assert.ok(withdrawPatches(config, plan).some(({ name }) => name === "shop-canary"));
  });

  it("is switched by its Services, and previewed by a route of the stack", () => {
    const { named, names } = applicationStack("http-route.yaml", {
      ...blueActive,
      "sluice:route": { previewHost: "preview.example.com" },
    });
    assert.deepEqual(names, ["Service/cart", "Service/cart-preview", "HTTPRoute/shop", "HTTPRoute/cart-preview"]);
    assert.deepEqual(
      ["cart", "cart-preview"].map((name) => versionOf(named("Service", name))),
      ["v1", "v2"],
    );
    assert.deepEqual(named("HTTPRoute", "cart-preview").spec["parentRefs"], [{ name: "shared", namespace: "infra" }]);
  });

  it("has routes of the stack to its own Service where it has none", () => {
    const { named } = applicationStack("plain.yaml", {
      "sluice:router": "gateway",
      "sluice:ingressController": { kind: "traefik" },
    });
    const [rule] = named("HTTPRoute", "plain").spec["rules"] as { backendRefs: object[] }[];
    assert.deepEqual(rule?.backendRefs, [
      { name: "plain-http", port: 8080, weight: 90 },
      { name: "plain-http-canary", port: 8080, weight: 10 },
    ]);
    assert.equal(versionOf(named("Service", "plain-http")), "v1");
  });

  it("says what callers inside the cluster get", () => {
    assert.ok(
      explainPlan(applicationStack("http-route.yaml").config.plan).includes(
        "callers of Service cart inside the cluster: 100% v1",
      ),
    );
  });

  for (const [title, changes, key, allowed] of [
    ["a Gateway of the stack's own choice", { "sluice:gateway": { name: "a" } }, "gateway", /HTTPRoute\/shop sets it/],
    ["timeouts", { "sluice:route": { timeouts: { request: "1s" } } }, "route.timeouts", /HTTPRoute\/shop sets it/],
    [
      "certificates",
      { "sluice:route": { tls: [{ secretName: "a", hosts: ["shop.example.com"] }] } },
      "route.tls",
      /HTTPRoute\/shop sets it/,
    ],
  ] as const)
    it(`is refused with ${title}`, () => assert.match(saidOf("http-route.yaml", changes)[key] ?? "", allowed));

  for (const [title, change, allowed] of [
    [
      "a rule that looks at headers",
      (route: HttpSpec) =>
        (route.rules[0] = { backendRefs: [], ...route.rules[0], matches: [{ headers: [{ name: "a", value: "b" }] }] }),
      /must route to the workload by host and path only/,
    ],
    [
      "a share of a rule",
      (route: HttpSpec) => route.rules[0]?.backendRefs.push({ name: "help", port: 80 }),
      /must have one Service in each rule of HTTPRoute\/shop/,
    ],
    ["no hosts", (route: HttpSpec) => delete route.hostnames, /must have a host in each rule of HTTPRoute\/shop/],
    [
      "a regular expression",
      (route: HttpSpec) =>
        (route.rules[0] = {
          backendRefs: [],
          ...route.rules[0],
          matches: [{ path: { type: "RegularExpression", value: "/a" } }],
        }),
      /must have plain paths/,
    ],
    [
      "a narrower rule at its path",
      (route: HttpSpec) =>
        route.rules.push({
          matches: [{ path: { type: "PathPrefix", value: "/cart" }, method: "POST" }],
          backendRefs: [{ name: "help", port: 80 }],
        }),
      /must have no other rule for \/cart that looks at headers, query or method/,
    ],
  ] as const)
    it(`is refused with an HTTPRoute that has ${title}`, () => {
      const stack = readFixture("http-route.yaml");
      const from = structuredClone(stack["sluice:from"]) as {
        objects: { metadata: { name: string }; spec: HttpSpec }[];
      };
      change(from.objects.find(({ metadata }) => metadata.name === "shop")?.spec ?? assert.fail());
      assert.match(Object.values(saidByKey({ ...stack, "sluice:from": from })).join(), allowed);
    });
});

interface HttpSpec {
  hostnames?: string[];
  rules: { matches?: object[]; backendRefs: object[] }[];
}

describe("an application in a mesh", () => {
  const mesh = { "sluice:router": "istio", "sluice:ingressController": undefined };

  it("is split by its own Service and the canary's, for users and for callers inside", () => {
    const { named, names, config } = applicationStack("plain.yaml", mesh);
    assert.deepEqual(names, [
      "Service/plain-http",
      "Service/plain-http-canary",
      "VirtualService/plain-inside",
      "Gateway/plain",
      "VirtualService/plain",
    ]);
    const route = [
      { destination: { host: "plain-http", port: { number: 8080 } }, weight: 90 },
      { destination: { host: "plain-http-canary", port: { number: 8080 } }, weight: 10 },
    ];
    assert.deepEqual(named("VirtualService", "plain-inside").spec, { hosts: ["plain-http"], http: [{ route }] });
    assert.deepEqual(named("VirtualService", "plain").spec["http"], [{ match: [{ uri: { prefix: "/" } }], route }]);
    assert.ok(
      explainPlan(config.plan).includes(
        "callers of Service plain-http in the mesh: the same; callers without a sidecar: 100% v1",
      ),
    );
  });

  it("says that an Ingress of its own, which the router doesn't change, leads to stable", () => {
    const lines = explainPlan(
      applicationStack("shop.yaml", { ...mesh, "sluice:host": "shop.example.com" }).config.plan,
    );
    assert.ok(
      lines.includes("users of Ingress/front: 100% v1, because the stack has another router"),
      lines.join("\n"),
    );
  });

  it("moves by patches of both", () => {
    const { config } = applicationStack("plain.yaml", mesh);
    const { plan } = config;
    assert.ok(plan.strategy === "canary" && plan.canary);
    const moved = routePatches(config, plan, { ...plan, canary: { ...plan.canary, weight: 50 } });
    assert.deepEqual(
      moved?.map(({ name }) => name),
      ["plain-inside", "plain"],
    );
  });

  it("is refused with a VirtualService of its own for the same Service, and with what the objects say", () => {
    const stack = readFixture("plain.yaml", mesh);
    const { objects } = stack["sluice:from"] as { objects: object[] };
    const own = {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name: "own" },
      spec: { hosts: ["plain-http"] },
    };
    const said = saidByKey({ ...stack, "sluice:from": { manifests: "plain.yaml", objects: [...objects, own] } });
    assert.match(said["from.manifests"] ?? "", /must not have a VirtualService for plain-http/);
    assert.match(
      saidOf("plain.yaml", { ...mesh, "sluice:istio": { sidecar: {} } })["istio.sidecar"] ?? "",
      /remove it/,
    );
  });
});

function saidOf(fixture: string, changes: RawConfig): Record<string, string> {
  return saidByKey(readFixture(fixture, changes));
}
