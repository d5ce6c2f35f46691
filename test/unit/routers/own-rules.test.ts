import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { blueGreenStack, gatewayStack, istioStack, refuseEach, type BadValue, type RawConfig } from "../support/stacks";

type Stack = (changes: RawConfig) => RawConfig;

const traefik = { "sluice:ingressController": { kind: "traefik" } };
const existing = { "sluice:ingressController": { kind: "existing" } };
const attached = { "sluice:gateway": { name: "shared", namespace: "infra" } };
const region = (rule: RawConfig) => ({ "sluice:headerMatch": { name: "Region", ...rule } });
const colorsUnder =
  (router: string): Stack =>
  (changes) =>
    blueGreenStack({
      "sluice:router": router,
      "sluice:ingressController": { kind: "existing", className: "any" },
      ...changes,
    });

describe("both routers that ask rules in order refuse what they can't express", () => {
  const both: readonly (readonly [router: string, title: string, stack: Stack])[] = [
    ["gateway", "Gateway API", gatewayStack],
    ["istio", "Istio", istioStack],
  ];
  for (const [router, title, stack] of both) {
    const stars = new RegExp(`must be a host without \\* under ${title}, .*: name each host in sluice:route.more`);
    const cases: BadValue[] = [
      ["a wildcard host", { "sluice:host": "*.test.com" }, "host", "*.test.com", stars],
      [
        "a wildcard among the routes",
        { "sluice:route": { more: [{ path: "/a" }, { host: "*.b.com" }] } },
        "route.more.1.host",
        "*.b.com",
        stars,
      ],
      [
        "an exact path with / at its end",
        { "sluice:path": "/shop/", "sluice:route": { pathType: "Exact" } },
        "path",
        "/shop/",
        new RegExp(`must be a path without / at its end under ${title} if it is Exact: an Ingress routes /shop to it`),
      ],
      [
        "such a path among the routes",
        { "sluice:route": { more: [{ path: "/a/", pathType: "Exact" }] } },
        "route.more.0.path",
        "/a/",
        /must be a path without \/ at its end/,
      ],
      [
        "a pattern that looks ahead",
        region({ pattern: "(?=shen)" }),
        "headerMatch.pattern",
        "(?=shen)",
        new RegExp(`must do without \\(\\?= and \\\\1 under router ${router}: RE2`),
      ],
      [
        "a pattern that refers back",
        region({ pattern: "(a)\\1" }),
        "headerMatch.pattern",
        "(a)\\1",
        /must do without \(\?= and \\1/,
      ],
      ...["Host", "X-Forwarded-Proto", "x-real-ip"].map((name): BadValue => [
        `a rule on ${name}`,
        { "sluice:headerMatch": { name } },
        "headerMatch.name",
        name,
        new RegExp(`must be a header that the entry point leaves as the client sent it under router ${router}`),
      ]),
      [
        "copies beside a weight",
        { "sluice:mirrorPercent": 50 },
        "mirrorPercent",
        50,
        /must be 0 beside a sluice:canaryWeight: the canary would get copies of requests that it serves itself/,
      ],
      [
        "ingress-nginx's annotations",
        { "sluice:route": { annotations: { a: "b" } } },
        "route.annotations",
        { a: "b" },
        new RegExp(`has no meaning under router ${router}: remove it`),
      ],
      [
        "a behavior of affinity",
        { "sluice:affinity": { behavior: "sticky" } },
        "affinity.behavior",
        "sticky",
        new RegExp(`has no meaning under router ${router}.*: remove it`),
      ],
      [
        "a node port",
        { "sluice:service": { nodePort: 30080 } },
        "service.nodePort",
        30080,
        new RegExp(`under router ${router}: remove it`),
      ],
      [
        "the address of a node",
        { "sluice:service": { nodeAddress: "10.0.0.1" } },
        "service.nodeAddress",
        "10.0.0.1",
        new RegExp(`under router ${router}: remove it`),
      ],
    ];
    describe(title, () => refuseEach(stack, cases));

    describe(`${title} with two colors`, () =>
      refuseEach(colorsUnder(router), [
        [
          "a wildcard preview",
          { "sluice:route": { previewHost: "*.preview.com" } },
          "route.previewHost",
          "*.preview.com",
          stars,
        ],
        [
          "a preview's node port",
          { "sluice:service": { previewNodePort: 30081 } },
          "service.previewNodePort",
          30081,
          new RegExp(`under router ${router} \\(sluice:route.previewHost previews behind a Gateway\\): remove it`),
        ],
      ]));

    it(`${title} takes what it can express`, () => {
      const config = {
        "sluice:path": "/shop/",
        "sluice:route": {
          more: [{ host: "api.test.com", path: "/", pathType: "Exact" }],
          timeouts: { request: "10s", backend: "2s" },
          retries: { attempts: 2 },
        },
        "sluice:cookieMatch": "trial",
        ...region({ pattern: "^shen" }),
      };
      const { plan, requests } = parseStackConfig(stack(config));
      assert.equal(plan.router, router);
      assert.deepEqual(requests, {
        timeouts: { request: "10s", backend: "2s" },
        retries: { attempts: 2, codes: [502, 503, 504] },
      });
      assert.doesNotThrow(() =>
        parseStackConfig(stack({ "sluice:canaryWeight": 0, "sluice:mirrorPercent": 50, ...region({}) })),
      );
    });
  }
});

describe("router gateway refuses", () => {
  refuseEach(gatewayStack, [
    [
      "ingress-nginx as its controller",
      { "sluice:ingressController": { kind: "ingress-nginx" } },
      "ingressController.kind",
      "ingress-nginx",
      /must be traefik or existing under router gateway: ingress-nginx does not read Gateway API/,
    ],
    [
      "a Gateway beside a Traefik of the stack's own",
      { ...traefik, ...attached },
      "gateway",
      attached["sluice:gateway"],
      /has no meaning beside a Traefik of the stack's own.*remove one of the two/,
    ],
    [
      "a controller that is there without its class",
      existing,
      "ingressController.className",
      undefined,
      /must be the name of a GatewayClass, or sluice:gateway must name a Gateway/,
    ],
    [
      "affinity",
      { "sluice:affinity": { mode: "cookie" } },
      "affinity.mode",
      "cookie",
      /no meaning under router gateway \(Gateway API's standard channel has no sticky sessions\): remove it/,
    ],
    [
      "the affinity's cookie",
      { "sluice:affinity": { cookie: "Stay" } },
      "affinity.cookie",
      "Stay",
      /under router gateway/,
    ],
    [
      "clients' addresses",
      { "sluice:clientMatch": ["10.0.0.0/8"] },
      "clientMatch",
      ["10.0.0.0/8"],
      /under router gateway \(its rules can't see a client's address: only router istio's can\): remove it/,
    ],
    ["what is Istio's", { "sluice:istio": {} }, "istio", {}, /has no meaning under router gateway: remove it/],
    [
      "a rule on X-Forwarded-For, which is Istio's alone",
      { "sluice:headerMatch": { name: "X-Forwarded-For" } },
      "headerMatch.name",
      "X-Forwarded-For",
      /leaves as the client sent it/,
    ],
  ]);

  it("but takes a Gateway that is there, with and without a controller", () => {
    for (const changes of [existing, { "sluice:ingressController": undefined }])
      assert.deepEqual(parseStackConfig(gatewayStack({ ...changes, ...attached })).gateway, attached["sluice:gateway"]);
  });
});

describe("router istio refuses", () => {
  refuseEach(istioStack, [
    [
      "a controller of the stack's own",
      traefik,
      "ingressController.kind",
      "traefik",
      /must be existing under router istio: the mesh's ingress gateway reads its objects/,
    ],
    ["a Gateway of Gateway API", attached, "gateway", attached["sluice:gateway"], /no meaning under router istio/],
    [
      "an address that is none",
      { "sluice:clientMatch": ["10.0.0"] },
      "clientMatch.0",
      "10.0.0",
      /must be an IPv4 address or range, for example 192\.168\.0\.58 or 10\.1\.0\.0\/16/,
    ],
    ["no address", { "sluice:clientMatch": [] }, "clientMatch", [], /must name at least one address/],
  ]);

  it("but takes a rule on X-Forwarded-For, addresses and affinity", () => {
    const { plan } = parseStackConfig(
      istioStack({
        "sluice:headerMatch": { name: "X-Forwarded-For", pattern: "^203" },
        "sluice:clientMatch": ["192.168.0.58"],
        "sluice:affinity": { mode: "cookie" },
      }),
    );
    assert.ok(plan.strategy === "canary");
    assert.deepEqual(plan.canary?.clients, ["192.168.0.58/32"]);
    assert.deepEqual(plan.affinity?.keys, { v1: "v1", v2: "v2" });
  });
});
