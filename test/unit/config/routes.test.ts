import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import {
  asTexts,
  canaryPlanOf,
  onlyProblemOf,
  problemsOf,
  refuseEach,
  smallStack,
  type BadValue,
} from "../support/stacks";

function routesOf(changes: Record<string, unknown>) {
  return canaryPlanOf(smallStack(changes)).routes;
}

const snippet = "nginx.ingress.kubernetes.io/configuration-snippet";

describe("routes", () => {
  it("stand behind the stack's own host and path, whose host they take where they name none", () => {
    const routes = [{ path: "/api", pathType: "Exact" }, { host: "*.test.cn" }];
    assert.deepEqual(routesOf({ "sluice:path": "/shop", "sluice:routes": routes }), [
      { host: "www.test.com", path: "/shop", pathType: "Prefix" },
      { host: "www.test.com", path: "/api", pathType: "Exact" },
      { host: "*.test.cn", path: "/", pathType: "Prefix" },
    ]);
  });

  const oneOfTwo = {
    "sluice:routes": [{ host: "api.test.com" }, { path: "/shop" }],
    "sluice:tls": [{ secretName: "cert", hosts: ["www.test.com"] }],
  };
  const secured = (changes: Record<string, unknown>) => routesOf(changes).map(({ tls }) => tls);

  it("are all secured where a certificate is for one host of their Ingress", () => {
    assert.deepEqual(secured(oneOfTwo), [true, true, true]);
    assert.deepEqual(parseStackConfig(smallStack(oneOfTwo)).tls, oneOfTwo["sluice:tls"]);
  });

  it("are secured one by one under a router that redirects by host", () => {
    assert.deepEqual(
      secured({ ...oneOfTwo, "sluice:router": "gateway", "sluice:ingressController": { kind: "traefik" } }),
      [true, undefined, true],
    );
  });

  it("and all else with a structure read the same from JSON texts", () => {
    const config = smallStack({
      "sluice:routes": [{ host: "api.test.com", path: "/v1.0/a_b-c" }],
      "sluice:tls": [{ secretName: "cert", hosts: ["api.test.com"] }],
      "sluice:ingressAnnotations": { [snippet]: "more_set_headers 'X: y';" },
      "sluice:headerMatch": { name: "Region" },
    });
    assert.deepEqual(parseStackConfig(asTexts(config)), parseStackConfig(config));
  });

  it("may ask for one path exactly and for what is below it", () => {
    assert.equal(routesOf({ "sluice:routes": [{ path: "/", pathType: "Exact" }] }).length, 2);
  });
});

describe("ingressAnnotations", () => {
  it("pass others' annotations on, and nginx's where no key of Sluice sets them", () => {
    const annotations = {
      "nginx.ingress.kubernetes.io/proxy-body-size": "8m",
      "example.org/affinity": "cookie",
      [snippet]: "# nothing",
    };
    assert.deepEqual(
      parseStackConfig(smallStack({ "sluice:ingressAnnotations": annotations })).ingressAnnotations,
      annotations,
    );
  });

  const annotated = (annotations: Readonly<Record<string, string>>, controller: object) =>
    smallStack({
      "sluice:ingressController": controller,
      "sluice:ingressAnnotations": Object.fromEntries(
        Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
      ),
    });
  const whyRefused = (name: string, controller: object) =>
    onlyProblemOf(annotated({ [name]: "true" }, controller)).allowed;
  const [nginx, traefik, existing] = ["ingress-nginx", "traefik", "existing"].map((kind) => ({ kind }));
  assert.ok(nginx && traefik && existing);

  for (const name of ["use-regex", "rewrite-target", "server-alias"])
    it(`refuse ${name}, which changes who is asked for`, () => {
      assert.match(whyRefused(name, existing), /must be left out: it changes which requests are matched/);
    });

  for (const name of ["permanent-redirect", "temporal-redirect", "temporal-redirect-code", "ssl-passthrough"])
    it(`refuse ${name}, by which no version would be served as planned`, () => {
      for (const controller of [nginx, traefik, existing])
        assert.match(whyRefused(name, controller), /must be left out: it (sends everybody elsewhere|hands encrypted)/);
    });

  it("pass on one that is switched off", () => {
    assert.doesNotThrow(() => parseStackConfig(annotated({ "ssl-passthrough": "false" }, existing)));
  });

  for (const name of ["denylist-source-range", "auth-tls-match-cn", "limit-whitelist", "mirror-target", "satisfy"])
    it(`refuse ${name} under Traefik, which does not read it`, () => {
      assert.match(whyRefused(name, traefik), /^must be left out: Traefik does not read it$/);
      assert.doesNotThrow(() => parseStackConfig(annotated({ [name]: "true" }, nginx)));
    });

  it("refuse a snippet under Traefik, which would skip the whole Ingress", () => {
    assert.match(whyRefused("configuration-snippet", traefik), /has Traefik skip the Ingress as a whole/);
  });

  it("refuse what no controller reads, with the nearest name and the way to allow it", () => {
    assert.match(
      whyRefused("proxy-body-sise", nginx),
      /^is not read by ingress-nginx: did you mean nginx\.ingress\.kubernetes\.io\/proxy-body-size\?; .*readsAnnotations$/,
    );
    assert.match(
      whyRefused("canary-header", existing),
      /^is not read by ingress-nginx: did you mean .*canary-by-header\?/,
    );
    const readsAnnotations = ["nginx.ingress.kubernetes.io/brotli"];
    assert.match(whyRefused("brotli", nginx), /^is not read by ingress-nginx; if your controller reads it, name it in/);
    for (const controller of [nginx, traefik, existing])
      assert.doesNotThrow(() => parseStackConfig(annotated({ brotli: "on" }, { ...controller, readsAnnotations })));
  });

  it("may hold a snippet where the controller takes it", () => {
    const allowed = { allowSnippets: false, values: { controller: { allowSnippetAnnotations: true } } };
    for (const controller of [
      { kind: "ingress-nginx", allowSnippets: true },
      { kind: "ingress-nginx", ...allowed },
      { kind: "existing" },
    ])
      assert.doesNotThrow(() =>
        parseStackConfig(
          smallStack({
            "sluice:ingressController": controller,
            "sluice:ingressAnnotations": { [snippet]: "# nothing" },
          }),
        ),
      );
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
      [`the path "${path}" of a route`, { "sluice:routes": [{ path }] }, "routes.0.path", path, allowed],
    ]),
  );

  const route = { host: "www.test.com", path: "/", pathType: "Prefix" };
  refuseEach(smallStack, [
    [
      "a route that is the stack's own",
      { "sluice:routes": [{ host: "www.test.com" }] },
      "routes.0",
      route,
      /must be another host or path than those before it/,
    ],
    [
      "a route twice, naming the second",
      { "sluice:routes": [{ path: "/a" }, { path: "/b" }, { path: "/a" }] },
      "routes.2",
      { path: "/a", pathType: "Prefix" },
      /must be another host or path/,
    ],
    [
      "a prefix that differs from another by the / at its end alone",
      { "sluice:path": "/shop", "sluice:routes": [{ path: "/shop/", pathType: "ImplementationSpecific" }] },
      "routes.0",
      { path: "/shop/", pathType: "ImplementationSpecific" },
      /must be another host or path/,
    ],
    [
      "an unknown pathType of a route",
      { "sluice:routes": [{ path: "/a", pathType: "Regex" }] },
      "routes.0.pathType",
      "Regex",
      /Exact, Prefix or ImplementationSpecific/,
    ],
    [
      "an unknown key of a route, with the nearest",
      { "sluice:routes": [{ hots: "a.test.com" }] },
      "routes.0.hots",
      "a.test.com",
      /did you mean host\?/,
    ],
    ["routes that are no list", { "sluice:routes": { path: "/a" } }, "routes", { path: "/a" }, /list of maps of host/],
    [
      "a certificate for a host that no route has",
      { "sluice:tls": [{ secretName: "cert", hosts: ["www.test.com", "api.test.com"] }] },
      "tls.0.hosts",
      "api.test.com",
      /must be one of the hosts: www\.test\.com/,
    ],
    [
      "a certificate for no host",
      { "sluice:tls": [{ secretName: "cert", hosts: [] }] },
      "tls.0.hosts",
      [],
      /must name at least one host/,
    ],
    [
      "a Secret's name in upper case",
      { "sluice:tls": [{ secretName: "Cert", hosts: ["www.test.com"] }] },
      "tls.0.secretName",
      "Cert",
      /must be a Secret's name/,
    ],
    [
      "a snippet where ingress-nginx isn't told to take any",
      {
        "sluice:ingressController": { kind: "ingress-nginx" },
        "sluice:ingressAnnotations": { [snippet]: "# nothing" },
      },
      `ingressAnnotations.${snippet}`,
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
        "sluice:ingressAnnotations": { [snippet]: "# nothing" },
      },
      `ingressAnnotations.${snippet}`,
      "# nothing",
      /no meaning unless sluice:ingressController allows snippets/,
    ],
    ["an annotation that is no text", { "sluice:ingressAnnotations": { a: 1 } }, "ingressAnnotations.a", 1, /a text/],
  ]);
});

describe("ingressAnnotations refuse what keys of Sluice set", () => {
  const cases = [
    ["canary", "true", "sluice:canary"],
    ["canary-weight", "10", "sluice:canaryWeight"],
    ["canary-weight-total", "200", "sluice:weightTotal"],
    ["canary-by-header", "Region", "sluice:headerMatch"],
    ["canary-by-header-value", "a", "sluice:headerMatch"],
    ["canary-by-header-pattern", "a", "sluice:headerMatch"],
    ["canary-by-cookie", "trial", "sluice:cookieMatch"],
    ["affinity", "cookie", "sluice:affinity"],
    ["affinity-canary-behavior", "legacy", "sluice:affinityBehavior"],
    ["session-cookie-name", "Stay", "sluice:affinityCookie"],
  ] as const;
  for (const [name, value, key] of cases)
    it(`${name}, which ${key} sets`, () => {
      const annotation = `nginx.ingress.kubernetes.io/${name}`;
      const config = smallStack({ "sluice:ingressAnnotations": { [annotation]: value } });
      const [problem, ...more] = problemsOf(config);
      assert.deepEqual([problem?.key, problem?.value, more], [`ingressAnnotations.${annotation}`, value, []]);
      assert.match(problem?.allowed ?? "", new RegExp(`must be left out: it is set by ${key},`));
    });
});
