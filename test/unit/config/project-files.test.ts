import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { configKeys, parseStackConfig } from "../../../config";
import { groups } from "../../../config/own-values";
import { keysOfSchema } from "../../../config/parse";
import { renamedKeys } from "../../../config/renamed";
import { stackSchema } from "../../../config/schema";
import { readStack } from "../../../engine/stack-file";
import { packageFolder } from "../../../package-folder";
import { withSource } from "../../../sources/read";
import { canaryPlanOf, smallStack, type RawConfig } from "../support/stacks";

describe("Pulumi.yaml", () => {
  it("declares only keys whose default is the program's own: Pulumi sets it in every stack, and demands keys without one", () => {
    const { config } = parse(readFileSync(join(packageFolder, "Pulumi.yaml"), "utf8")) as {
      config: Readonly<Record<string, { readonly default?: unknown; readonly description: string }>>;
    };
    assert.ok(Object.keys(config).length > 0);
    for (const [key, declared] of Object.entries(config)) {
      assert.ok(declared.default !== undefined, key);
      const stack = smallStack({ [`sluice:${key}`]: declared.default });
      assert.deepEqual(parseStackConfig(stack), parseStackConfig(smallStack()));
    }
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

describe("the examples", () => {
  const names = readdirSync(join(packageFolder, "examples")).filter((file) => /^Pulumi\..*\.yaml$/.test(file));
  // They are copied to the project's folder before they are used.
  const read = (file: string) => {
    const { config } = parse(readFileSync(join(packageFolder, "examples", file), "utf8")) as { config: RawConfig };
    return parseStackConfig(withSource(config, packageFolder));
  };

  for (const file of names) it(`parse: ${file}`, () => assert.ok(Object.keys(read(file).versions).length > 1));

  it("each follow a tutorial or say that they follow none", () => {
    const page = readFileSync(join(packageFolder, "docs", "examples.md"), "utf8");
    const missing = names.filter((file) => !page.includes(`\`${file.replace(/^Pulumi\.|\.yaml$/g, "")}\``));
    assert.deepEqual(missing, []);
  });

  it("take the rollout's names from the tutorial's objects", () => {
    const { application, host } = read("Pulumi.rollout.yaml");
    assert.equal(host, "app.example.com");
    assert.deepEqual(
      [application?.workload, ...(application?.services ?? []), ...(application?.routes ?? [])].map(
        (object) => object && `${object.kind}/${object.metadata.name}`,
      ),
      ["Deployment/podinfo", "Service/my-podinfo-svc", "Ingress/podinfo"],
    );
  });
});

describe("docs/config.md", () => {
  const text = readFileSync(join(packageFolder, "docs", "config.md"), "utf8");
  const lines = text.split("\n");
  const table = lines.slice(lines.indexOf("## All keys"), lines.indexOf("## Keys with new names"));

  it("documents every key of a stack, and those in its groups", () => {
    const keys = [...configKeys, ...groups.flatMap((group) => keysOfSchema(stackSchema, [group]))];
    const missing = keys.filter((key) => !table.some((line) => line.split("|")[1]?.includes(`\`${key}\``)));
    assert.deepEqual(missing, []);
  });

  it("does so on two screens, in lines that fit", () => {
    assert.ok(table.length <= 100, String(table.length));
    assert.deepEqual(
      table.filter((line) => line.length > 125),
      [],
    );
  });

  it("names every key that has a new name", () => {
    const rest = lines.slice(lines.indexOf("## Keys with new names")).join("\n");
    assert.deepEqual(
      renamedKeys.filter(({ from }) => !rest.includes(`\`${from}\``)),
      [],
    );
  });
});
