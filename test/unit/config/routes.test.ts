import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { asTexts, canaryPlanOf, refuseEach, smallStack, type BadValue } from "../support/stacks";

function routesOf(changes: Record<string, unknown>) {
  return canaryPlanOf(smallStack(changes)).routes;
}

const snippet = "nginx.ingress.kubernetes.io/configuration-snippet";

describe("routes", () => {
  it("stand behind the stack's own host and path, whose host they take where they name none", () => {
    const routes = [{ path: "/api", pathType: "Exact" }, { host: "*.test.cn" }];
    assert.deepEqual(routesOf({ "sluice:path": "/shop", "sluice:route": { more: routes } }), [
      { host: "www.test.com", path: "/shop", pathType: "Prefix" },
      { host: "www.test.com", path: "/api", pathType: "Exact" },
      { host: "*.test.cn", path: "/", pathType: "Prefix" },
    ]);
  });

  const oneOfTwo = {
    "sluice:route": {
      more: [{ host: "api.test.com" }, { path: "/shop" }],
      tls: [{ secretName: "cert", hosts: ["www.test.com"] }],
    },
  };
  const secured = (changes: Record<string, unknown>) => routesOf(changes).map(({ tls }) => tls);

  it("are all secured where a certificate is for one host of their Ingress", () => {
    assert.deepEqual(secured(oneOfTwo), [true, true, true]);
    assert.deepEqual(parseStackConfig(smallStack(oneOfTwo)).tls, oneOfTwo["sluice:route"].tls);
  });

  it("are secured one by one under a router that redirects by host", () => {
    assert.deepEqual(
      secured({ ...oneOfTwo, "sluice:router": "gateway", "sluice:ingressController": { kind: "traefik" } }),
      [true, undefined, true],
    );
  });

  it("and all else with a structure read the same from JSON texts", () => {
    const config = smallStack({
      "sluice:route": {
        more: [{ host: "api.test.com", path: "/v1.0/a_b-c" }],
        tls: [{ secretName: "cert", hosts: ["api.test.com"] }],
        annotations: { [snippet]: "more_set_headers 'X: y';" },
      },
      "sluice:headerMatch": { name: "Region" },
    });
    assert.deepEqual(parseStackConfig(asTexts(config)), parseStackConfig(config));
  });

  it("may ask for one path exactly and for what is below it", () => {
    assert.equal(routesOf({ "sluice:route": { more: [{ path: "/", pathType: "Exact" }] } }).length, 2);
  });
});

describe("addresses refuse", () => {
  const strange = /starts with \/ and has only letters, digits and \. _ - \/ in it: ingress-nginx drops any other/;
  const dots = /without \/\/, \/\.\/ and \/\.\.\/ in it/;
  const paths = [
    ["/a//b", dots],
    ["//", dots],
    ["/a/./b", dots],
    ["/a/..", dots],
    ["/a b", strange],
    ["/深圳", strange],
    ["/a%20b", strange],
    ["/a(b)", strange],
    ["/a:b", strange],
    ["a", strange],
    ["", strange],
  ] as const;
  refuseEach(
    smallStack,
    paths.flatMap(([path, allowed]): BadValue[] => [
      [`the path "${path}"`, { "sluice:path": path }, "path", path, allowed],
      [`the path "${path}" of a route`, { "sluice:route": { more: [{ path }] } }, "route.more.0.path", path, allowed],
    ]),
  );

  const route = { host: "www.test.com", path: "/", pathType: "Prefix" };
  refuseEach(smallStack, [
    [
      "a route that is the stack's own",
      { "sluice:route": { more: [{ host: "www.test.com" }] } },
      "route.more.0",
      route,
      /must be another host or path than those before it/,
    ],
    [
      "a route twice, naming the second",
      { "sluice:route": { more: [{ path: "/a" }, { path: "/b" }, { path: "/a" }] } },
      "route.more.2",
      { path: "/a", pathType: "Prefix" },
      /must be another host or path/,
    ],
    [
      "a prefix that differs from another by the / at its end alone",
      { "sluice:path": "/shop", "sluice:route": { more: [{ path: "/shop/", pathType: "ImplementationSpecific" }] } },
      "route.more.0",
      { path: "/shop/", pathType: "ImplementationSpecific" },
      /must be another host or path/,
    ],
    [
      "an unknown pathType of a route",
      { "sluice:route": { more: [{ path: "/a", pathType: "Regex" }] } },
      "route.more.0.pathType",
      "Regex",
      /Exact, Prefix or ImplementationSpecific/,
    ],
    [
      "an unknown key of a route, with the nearest",
      { "sluice:route": { more: [{ hots: "a.test.com" }] } },
      "route.more.0.hots",
      "a.test.com",
      /did you mean host\?/,
    ],
    [
      "routes that are no list",
      { "sluice:route": { more: { path: "/a" } } },
      "route.more",
      { path: "/a" },
      /list of maps of host/,
    ],
    [
      "a certificate for a host that no route has",
      { "sluice:route": { tls: [{ secretName: "cert", hosts: ["www.test.com", "api.test.com"] }] } },
      "route.tls.0.hosts",
      "api.test.com",
      /must be one of the hosts: www\.test\.com/,
    ],
    [
      "a certificate for no host",
      { "sluice:route": { tls: [{ secretName: "cert", hosts: [] }] } },
      "route.tls.0.hosts",
      [],
      /must name at least one host/,
    ],
    [
      "a Secret's name in upper case",
      { "sluice:route": { tls: [{ secretName: "Cert", hosts: ["www.test.com"] }] } },
      "route.tls.0.secretName",
      "Cert",
      /must be an object's name/,
    ],
    [
      "a snippet where ingress-nginx isn't told to take any",
      {
        "sluice:ingressController": { kind: "ingress-nginx" },
        "sluice:route": { annotations: { [snippet]: "# nothing" } },
      },
      `route.annotations.${snippet}`,
      "# nothing",
      /no meaning unless sluice:ingressController allows snippets \(allowSnippets, and annotations-risk-level Critical\)/,
    ],
    [
      "a snippet where the chart's values take back the risk level that it needs",
      {
        "sluice:ingressController": {
          kind: "ingress-nginx",
          allowSnippets: true,
          values: { controller: { config: { "annotations-risk-level": "High" } } },
        },
        "sluice:route": { annotations: { [snippet]: "# nothing" } },
      },
      `route.annotations.${snippet}`,
      "# nothing",
      /no meaning unless sluice:ingressController allows snippets/,
    ],
    [
      "an annotation that is no text",
      { "sluice:route": { annotations: { a: 1 } } },
      "route.annotations.a",
      1,
      /a text/,
    ],
  ]);
});
