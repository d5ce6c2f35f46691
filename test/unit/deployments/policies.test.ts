import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readPolicyConfig } from "../../../deployments/components/policy-config";
import { packageFolder } from "../../../package-folder";
import { temporaryFolder, writeInto } from "../support/folders";
import { namesOf, only, runDeployments, smallConfig, type Registered } from "./support";

const missing = ["development", "production"].filter(
  (level) => !existsSync(join(packageFolder, "policies", "config", `${level}.json`)),
);
const withPack = missing.length === 0 ? describe : describe.skip;

withPack(
  `the policy groups${missing.length === 0 ? "" : ` (skipped: policies/config lacks ${missing.join(", ")}.json)`}`,
  () => {
    let resources: readonly Registered[];
    const group = (level: string) => only(resources, "PolicyGroup", `policies-${level}`).inputs;
    before(async () => {
      resources = await runDeployments(smallConfig({ policies: { version: "1.2.3" } }));
    });

    it("block, rather than report, what the pack of that version forbids", () => {
      for (const level of ["development", "production"] as const) {
        const { organizationName, name, mode, entityType, policyPacks } = group(level);
        assert.deepEqual(
          [organizationName, name, mode, entityType],
          ["acme", `sluice-${level}`, "preventative", "stacks"],
        );
        assert.deepEqual(policyPacks, [{ name: "sluice", versionTag: "1.2.3", config: readPolicyConfig(level) }]);
      }
    });

    it("have each stack once, by its kind", () => {
      const stacks = (level: string) => group(level)["stacks"];
      const routingProject = "sluice";
      assert.deepEqual(stacks("production"), [{ name: "prod", routingProject }]);
      assert.deepEqual(stacks("development"), [
        { name: "dev", routingProject },
        { name: "pr-17", routingProject },
      ]);
    });

    it("leave only the stacks that no group has to the pack of their own commit", () => {
      const checked = ["dev", "prod", "pr", "pr-17"].filter((stack) => {
        const context = only(resources, "DeploymentSettings", stack).inputs["operationContext"];
        return "PULUMI_OPTION_POLICY_PACK" in (context as { environmentVariables: object }).environmentVariables;
      });
      assert.deepEqual(checked, ["pr"]);
    });

    it("are not made for a level without stacks", async () => {
      const stacks = { dev: { kind: "development", credentials: { kind: "environment", environment: "sluice/dev" } } };
      const some = await runDeployments(smallConfig({ stacks, policies: { version: "1.2.3" } }));
      assert.deepEqual(namesOf(some, "PolicyGroup"), ["policies-development"]);
    });
  },
);

describe("the policies' config of a level", () => {
  const folder = temporaryFolder();

  it("is the file beside the pack", () => {
    writeInto(folder, "production.json", '{ "all": "mandatory" }');
    assert.deepEqual(readPolicyConfig("production", folder), { all: "mandatory" });
  });

  for (const [title, text] of [
    ["is no JSON", "all: mandatory"],
    ["is a list", "[]"],
  ] as const)
    it(`is refused where the file ${title}`, () => {
      writeInto(folder, "development.json", text);
      assert.throws(
        () => readPolicyConfig("development", folder),
        /can't read the policies' config .*development\.json/,
      );
    });

  it("is refused where there is no file", () => {
    assert.throws(() => readPolicyConfig("production", join(folder, "none")), /can't read the policies' config/);
  });
});
