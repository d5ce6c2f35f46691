import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { onlyProblemOf, problemsOf, smallStack } from "../support/stacks";

const snippet = "nginx.ingress.kubernetes.io/configuration-snippet";

describe("route.annotations", () => {
  it("pass others' annotations on, and nginx's where no key of Sluice sets them", () => {
    const annotations = {
      "nginx.ingress.kubernetes.io/proxy-body-size": "8m",
      "example.org/affinity": "cookie",
      [snippet]: "# nothing",
    };
    assert.deepEqual(parseStackConfig(smallStack({ "sluice:route": { annotations } })).ingressAnnotations, annotations);
  });

  const annotated = (annotations: Readonly<Record<string, string>>, controller: object) =>
    smallStack({
      "sluice:ingressController": controller,
      "sluice:route": {
        annotations: Object.fromEntries(
          Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
        ),
      },
    });
  const whyRefused = (name: string, controller: object) =>
    onlyProblemOf(annotated({ [name]: "true" }, controller)).allowed;
  const [nginx, traefik, existing] = ["ingress-nginx", "traefik", "existing"].map((kind) => ({ kind }));
  assert.ok(nginx && traefik && existing);

  for (const name of ["use-regex", "rewrite-target", "server-alias"])
    it(`refuse ${name}, which changes who is asked for`, () => {
      assert.match(whyRefused(name, existing), /must be left out: it changes which requests match/);
    });

  for (const name of ["permanent-redirect", "temporal-redirect", "temporal-redirect-code", "ssl-passthrough"])
    it(`refuse ${name}, by which no version would be served as planned`, () => {
      for (const controller of [nginx, traefik, existing])
        assert.match(whyRefused(name, controller), /must be left out: it (sends all users elsewhere|passes encrypted)/);
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
            "sluice:route": { annotations: { [snippet]: "# nothing" } },
          }),
        ),
      );
  });
});

describe("route.annotations refuse what keys of Sluice set", () => {
  const cases = [
    ["canary", "true", "sluice:canary"],
    ["canary-weight", "10", "sluice:canaryWeight"],
    ["canary-weight-total", "200", "sluice:weightTotal"],
    ["canary-by-header", "Region", "sluice:headerMatch"],
    ["canary-by-header-value", "a", "sluice:headerMatch"],
    ["canary-by-header-pattern", "a", "sluice:headerMatch"],
    ["canary-by-cookie", "trial", "sluice:cookieMatch"],
    ["affinity", "cookie", "sluice:affinity"],
    ["affinity-canary-behavior", "legacy", "sluice:affinity.behavior"],
    ["session-cookie-name", "Stay", "sluice:affinity.cookie"],
  ] as const;
  for (const [name, value, key] of cases)
    it(`${name}, which ${key} sets`, () => {
      const annotation = `nginx.ingress.kubernetes.io/${name}`;
      const config = smallStack({ "sluice:route": { annotations: { [annotation]: value } } });
      const [problem, ...more] = problemsOf(config);
      assert.deepEqual([problem?.key, problem?.value, more], [`route.annotations.${annotation}`, value, []]);
      assert.match(problem?.allowed ?? "", new RegExp(`must be left out: it is set by ${key},`));
    });
});
