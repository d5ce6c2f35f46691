import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { packConfigFile, packFolder, readPackConfig } from "../../engine/policy/pack";
import { policies } from "../../policies/policies";

const names = policies.map(({ name }) => name);

const productionOnly = [
  "read-only-root",
  "network-policy-required",
  "disruption-budget-required",
  "min-replicas",
  "no-in-place-release",
  "no-production-jump",
  "tls-required",
];

function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(packFolder, ...path), "utf8")) as T;
}

describe("the policy pack", () => {
  it("has each policy once, in a file and with a test of its own", () => {
    const files = readdirSync(packFolder).filter(
      (file) => file.endsWith(".ts") && !/^(index|policies)\.ts$/.test(file),
    );
    assert.deepEqual(files.map((file) => file.replace(/\.ts$/, "")).sort(), [...names].sort());
    for (const name of names) assert.ok(existsSync(join(__dirname, `${name}.test.ts`)), name);
  });

  for (const { name, description, configSchema, enforcementLevel, severity, framework, url } of policies)
    describe(name, () => {
      it("has a kebab-case name, a sentence of description and a level", () => {
        assert.match(name, /^[a-z]+(-[a-z]+)+$/);
        assert.match(description, /^\S.*\.$/);
        assert.ok(["mandatory", "advisory", "disabled"].includes(enforcementLevel ?? ""));
      });

      it("describes each of its settings, and gives it a default", () => {
        for (const [key, schema] of Object.entries(configSchema?.properties ?? {})) {
          assert.ok(schema.description, key);
          assert.notEqual(schema.default, undefined, key);
        }
      });

      it("has what compliance packs have: a severity, a framework and a page", () => {
        assert.ok(["low", "medium", "high", "critical"].includes(severity ?? ""));
        for (const part of ["name", "version", "reference", "specification"] as const)
          assert.ok(framework?.[part], part);
        assert.equal(url, `docs/policies/${name}.md`);
      });
    });

  it("imports nothing from outside its folder that is there at run time, as a published pack has its folder only", () => {
    const files = readdirSync(packFolder, { recursive: true, encoding: "utf8" }).filter((file) =>
      /(?<!\.d)\.ts$/.test(file),
    );
    assert.ok(files.length > policies.length);
    for (const file of files.filter((one) => !one.includes("node_modules"))) {
      const depth = file.split(/[\\/]/).length;
      const outside = new RegExp(`^import (?!type )[^;]*? from "(?:\\.\\./){${depth},}`, "m");
      assert.doesNotMatch(readFileSync(join(packFolder, file), "utf8"), outside, file);
    }
  });

  it("has one version, of package.json and PulumiPolicy.yaml", () => {
    const project = parse(readFileSync(join(packFolder, "PulumiPolicy.yaml"), "utf8")) as { version: string };
    const { version } = readJson<{ version: string }>("package.json");
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.equal(project.version, version);
  });
});

describe("the pack's own configs", () => {
  const levels = (environment: string) =>
    new Map([...readPackConfig(packConfigFile(environment), policies)].map(([name, { level }]) => [name, level]));

  it("advise in development, leave out what is for production, and refuse what undoes a rollout", () => {
    for (const [name, level] of levels("development")) {
      const isOff = productionOnly.includes(name) || name === "recommended-labels";
      const usual = isOff ? "disabled" : "advisory";
      assert.equal(level, name === "rollout-stands" ? "mandatory" : usual, name);
    }
  });

  it("refuse in production, mend what is safe, and only advise on the retired controller and on network policies", () => {
    const others: Record<string, string> = {
      "retired-controller": "advisory",
      "network-policy-required": "advisory",
      "pod-security": "remediate",
      "recommended-labels": "remediate",
      "no-token-automount": "remediate",
    };
    for (const [name, level] of levels("production")) assert.equal(level, others[name] ?? "mandatory", name);
  });

  it("want digests in production", () =>
    assert.equal(
      readPackConfig(packConfigFile("production"), policies).get("image-is-pinned")?.config["requireDigest"],
      true,
    ));

  it("leave out by default what is for production", () => {
    for (const { name, enforcementLevel } of policies)
      assert.equal(enforcementLevel === "disabled", productionOnly.includes(name), name);
  });
});
