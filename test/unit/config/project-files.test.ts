import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { configKeys, parseStackConfig } from "../../../config";
import { projectFolder, readStack } from "../../../engine/stack-file";
import { canaryPlanOf } from "../support/stacks";

describe("Pulumi.yaml", () => {
  it("declares no key: Pulumi would demand it of every stack, and strategies need different ones", () => {
    const project = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")) as { config?: object };
    assert.equal(project.config, undefined);
  });
});

describe("the committed stack files", () => {
  it("parse, and split dev's traffic", () => {
    const { config } = readStack("dev");
    assert.equal(canaryPlanOf(config).canary?.version, "v2");
    assert.deepEqual(Object.keys(parseStackConfig(config).versions), ["v1", "v2"]);
  });

  it("keep production on stable until somebody turns the weight", () => {
    const { config } = readStack("prod");
    assert.equal(canaryPlanOf(config).canary?.weight, 0);
    assert.equal(parseStackConfig(config).ingressController?.kind, "ingress-nginx");
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
