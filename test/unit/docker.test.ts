import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pinnedVersion } from "../../engine/pulumi-command";
import { packageFolder } from "../../package-folder";

const read = (file: string) => readFileSync(join(packageFolder, file), "utf8");

describe("the Dockerfile", () => {
  const text = read("Dockerfile");
  const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Readonly<Record<string, string>> };

  for (const [what, pattern, version] of [
    ["Pulumi", /get\.pulumi\.com \| sh -s -- --version (\S+)/, pinnedVersion],
    ["the provider of Kubernetes", /plugin install resource kubernetes (\S+)/, dependencies["@pulumi/kubernetes"]],
    ["the provider of random values", /plugin install resource random (\S+)/, dependencies["@pulumi/random"]],
    ["Helm", /FROM alpine\/helm:(\S+)/, /helm\/v4 v(\S+)/.exec(read("lab/helm/go.mod"))?.[1]],
    ["kubectl", /FROM registry\.k8s\.io\/kubectl:v(\S+)/, /kubernetes v(\S+)/.exec(read("lab/kubernetes/go.mod"))?.[1]],
  ] as const)
    it(`has the version of ${what} that Sluice is tested with`, () => {
      assert.ok(version !== undefined);
      assert.equal(pattern.exec(text)?.[1], version);
    });
});
