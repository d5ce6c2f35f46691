import assert from "node:assert/strict";
import { configKeys, parseStackConfig } from "../../../config";
import { readStack } from "../../../engines/stack-file";
import { asTexts, smallStack } from "../support/stacks";

describe("parseStackConfig", () => {
  for (const stack of ["dev", "prod"])
    it(`reads ${stack} the same from YAML values and from Pulumi's texts`, () => {
      const { config } = readStack(stack);
      assert.deepEqual(parseStackConfig(asTexts(config)), parseStackConfig(config));
    });

  it("reads numbers and yes-or-no inside structured values as texts too", () => {
    const controller = { kind: "ingress-nginx", replicas: 3, allowSnippets: false };
    const texts = { kind: "ingress-nginx", replicas: "3", allowSnippets: "false" };
    assert.deepEqual(
      parseStackConfig(smallStack({ "sluice:ingressController": texts })),
      parseStackConfig(smallStack({ "sluice:ingressController": controller })),
    );
  });

  it("fills in the defaults", () => {
    const { "sluice:namespace": _, "sluice:canaryWeight": __, ...config } = smallStack();
    const { plan, namespace, versions, metallb, ingressController } = parseStackConfig(config);
    assert.equal(namespace, "default");
    assert.deepEqual([plan.path, plan.pathType, plan.canary?.weight], ["/", "Prefix", 0]);
    assert.equal(metallb, undefined);
    assert.deepEqual(ingressController, { kind: "existing", className: "nginx" });
    assert.deepEqual(versions["v1"], {
      image: "nginx:1",
      port: 80,
      files: {},
      writableFolders: [],
      env: {},
      runAsUser: 65532,
      drainSeconds: 5,
    });
  });

  it("makes one plan of host, versions, weight and rules", () => {
    const headerMatch = { name: "Region", pattern: "shen(zhen)?$" };
    const { plan } = parseStackConfig(
      smallStack({ "sluice:headerMatch": headerMatch, "sluice:cookieMatch": "trial", "sluice:path": "/shop" }),
    );
    assert.deepEqual(plan, {
      host: "www.test.com",
      path: "/shop",
      pathType: "Prefix",
      stable: "v1",
      canary: { version: "v2", weight: 10, header: headerMatch, cookie: "trial" },
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
      assert.equal(parseStackConfig(smallStack({ "sluice:canaryWeight": value })).plan.canary?.weight, weight);
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
    for (const key of ["host", "stable", "canary", "canaryWeight", "headerMatch", "cookieMatch", "versions", "metallb"])
      assert.ok(configKeys.includes(key), key);
  });
});
