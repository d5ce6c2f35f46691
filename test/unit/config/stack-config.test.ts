import assert from "node:assert/strict";
import { configKeys, parseStackConfig } from "../../../config";
import { readStack } from "../../../engine/stack-file";
import { asTexts, canaryPlanOf, smallStack } from "../support/stacks";

describe("parseStackConfig", () => {
  for (const stack of ["dev", "prod"])
    it(`reads ${stack} the same from YAML values and from Pulumi's texts`, () => {
      const { config } = readStack(stack);
      assert.deepEqual(parseStackConfig(asTexts(config)), parseStackConfig(config));
    });

  it("reads numbers and yes-or-no inside structured values as texts too", () => {
    const controller = { kind: "ingress-nginx", replicas: 3, allowSnippets: true };
    const texts = { kind: "ingress-nginx", replicas: "3", allowSnippets: "true" };
    assert.deepEqual(
      parseStackConfig(smallStack({ "sluice:ingressController": texts })),
      parseStackConfig(smallStack({ "sluice:ingressController": controller })),
    );
  });

  it("fills in the defaults", () => {
    const config = smallStack({
      "sluice:namespace": undefined,
      "sluice:workload": undefined,
      "sluice:canaryWeight": undefined,
    });
    const { workload, namespace, versions, metallb, ingressController, tls, ingressAnnotations } =
      parseStackConfig(config);
    assert.deepEqual([workload, namespace], ["app", "default"]);
    assert.deepEqual(canaryPlanOf(config), {
      strategy: "canary",
      router: "ingress",
      routes: [{ host: "www.test.com", path: "/", pathType: "Prefix" }],
      stable: "v1",
      canary: { version: "v2", weight: 0, weightTotal: 100 },
    });
    assert.equal(metallb, undefined);
    assert.deepEqual(ingressController, { kind: "existing", className: "nginx" });
    assert.deepEqual([tls, ingressAnnotations], [[], {}]);
    assert.deepEqual(versions["v1"], {
      image: "nginx:1",
      port: 80,
      files: {},
      writableFolders: [],
      env: {},
      drainSeconds: 5,
    });
  });

  it("makes one plan of host, versions, weight and rules", () => {
    const headerMatch = { name: "Region", pattern: "shen(zhen)?$" };
    const rules = { "sluice:headerMatch": headerMatch, "sluice:cookieMatch": "trial" };
    const total = { "sluice:path": "/shop", "sluice:weightTotal": 200 };
    assert.deepEqual(canaryPlanOf(smallStack({ ...rules, ...total })), {
      strategy: "canary",
      router: "ingress",
      routes: [{ host: "www.test.com", path: "/shop", pathType: "Prefix" }],
      stable: "v1",
      canary: { version: "v2", weight: 10, weightTotal: 200, header: headerMatch, cookie: "trial" },
    });
  });

  it("brings ingress-nginx with its defaults where the stack names it", () => {
    const named = smallStack({ "sluice:ingressController": { kind: "ingress-nginx" } });
    assert.deepEqual(parseStackConfig(named).ingressController, {
      kind: "ingress-nginx",
      className: "nginx",
      replicas: 1,
      externalTrafficPolicy: "Local",
      allowSnippets: false,
    });
  });

  it("has no canary in the plan where none is set", () => {
    const config = smallStack({ "sluice:canary": undefined, "sluice:canaryWeight": undefined });
    assert.equal("canary" in parseStackConfig(config).plan, false);
  });

  it("leaves other namespaces' keys to their readers", () => {
    const config = smallStack({ "kubernetes:context": "somewhere", "aws:region": { any: 1 } });
    assert.deepEqual(parseStackConfig(config), parseStackConfig(smallStack()));
  });

  it("accepts the bounds of the weight, also as texts", () => {
    for (const [value, weight] of [
      [0, 0],
      [100, 100],
      ["0", 0],
      ["100", 100],
    ] as const)
      assert.equal(canaryPlanOf(smallStack({ "sluice:canaryWeight": value })).canary?.weight, weight);
  });

  it("turns environment variables into texts", () => {
    const versions = {
      v1: { image: "nginx:1", env: { WORKERS: 4, DEBUG: true, NAME: "x" } },
      v2: { image: "nginx:2" },
    };
    assert.deepEqual(parseStackConfig(smallStack({ "sluice:versions": versions })).versions["v1"]?.env, {
      WORKERS: "4",
      DEBUG: "true",
      NAME: "x",
    });
  });

  it("knows every key it documents, once", () => {
    assert.equal(new Set(configKeys).size, configKeys.length);
    for (const key of ["host", "stable", "canary", "canaryWeight", "colors", "route", "service", "versions", "metallb"])
      assert.ok(configKeys.includes(key), key);
  });
});
