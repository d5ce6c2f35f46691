import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { configKeys, parseStackConfig } from "../../../config";
import { projectFolder, readStack } from "../../../engines/stack-file";

describe("Pulumi.yaml", () => {
  it("declares only keys that config.ts knows", () => {
    const project = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")) as { config: object };
    const declared = Object.keys(project.config);
    assert.ok(declared.length > 0);
    for (const key of declared) {
      const [namespace, name = ""] = key.split(":");
      assert.equal(namespace, "sluice");
      assert.ok(configKeys.includes(name), key);
    }
  });
});

describe("the committed stack files", () => {
  it("parse, and split dev's traffic", () => {
    const { plan, versions } = parseStackConfig(readStack("dev").config);
    assert.equal(plan.canary?.version, "v2");
    assert.deepEqual(Object.keys(versions), ["v1", "v2"]);
  });

  it("keep production on stable until somebody turns the weight", () => {
    const { plan, ingressController } = parseStackConfig(readStack("prod").config);
    assert.equal(plan.canary?.weight, 0);
    assert.equal(ingressController.kind, "ingress-nginx");
  });
});

describe("README.md", () => {
  it("documents every key of a stack", function () {
    const file = join(projectFolder, "README.md");
    if (!existsSync(file)) {
      console.log("      skipped: there is no README.md yet");
      this.skip();
    }
    const text = readFileSync(file, "utf8");
    const missing = configKeys.filter((key) => !new RegExp(`\\b${key}\\b`).test(text));
    assert.deepEqual(missing, []);
  });
});
