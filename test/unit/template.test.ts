import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { configKeys } from "../../config";
import { packageFolder } from "../../package-folder";
import { sluice } from "./support/command-line";
import { temporaryFolder } from "./support/folders";

interface TemplateProject {
  readonly name: string;
  readonly description: string;
  readonly runtime: string;
  readonly template: {
    readonly description: string;
    readonly config: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  };
}

const source = join(packageFolder, "template");

/** Copies the template as `pulumi new` does: it puts both values into every file; into YAML as YAML, line end included. */
function copyTemplate(folder: string, project: string, description: string): void {
  for (const name of readdirSync(source)) {
    const asWritten = (value: string) => (name.endsWith(".yaml") ? stringify(value) : value);
    const text = readFileSync(join(source, name), "utf8")
      .replaceAll("${PROJECT}", asWritten(project))
      .replaceAll("${DESCRIPTION}", asWritten(description));
    writeFileSync(join(folder, name), text);
  }
}

describe("the template of pulumi new", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  before(() => copyTemplate(folder, "web-shop", 'A shop: "ours"'));
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const project = () => parse(read("Pulumi.yaml")) as TemplateProject;

  it("becomes a project of the name and description that were asked for", () => {
    const { name, description, runtime, template } = project();
    assert.deepEqual([name, description, runtime], ["web-shop", 'A shop: "ours"', "nodejs"]);
    assert.match(template.description, /Kubernetes/);
    const placeholders = readdirSync(folder).filter((one) => read(one).includes("${"));
    assert.deepEqual(placeholders, []);
  });

  it("asks for config values that there are, with the default of its stack file", () => {
    const { config } = parse(read("Pulumi.dev.yaml")) as { config: Readonly<Record<string, unknown>> };
    const { template } = project();
    for (const [key, { description, default: value }] of Object.entries(template.config)) {
      const [namespace = "", name = ""] = key.split(":");
      assert.ok(namespace === "kubernetes" || (namespace === "sluice" && configKeys.includes(name)), key);
      assert.ok(description.length > 0, key);
      if (value !== undefined) assert.equal(config[key], value, key);
    }
  });

  it("makes a stack that sluice explain and sluice policy take", () => {
    const traffic = sluice("explain", "--cwd", folder);
    assert.deepEqual(
      [traffic.status, traffic.stdout, traffic.stderr],
      [0, "http://www.example.com/: 100% v1 (no canary)\n", ""],
    );
    const checked = sluice("policy", "--cwd", folder);
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  });

  it("makes a package whose program is Sluice's, of this major version", () => {
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Readonly<Record<string, string>> };
    const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string };
    assert.deepEqual(dependencies, { sluice: `^${version}` });
    const installed = join(folder, "node_modules", "sluice");
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, "index.js"), "exports.program = () => 'ran';");
    const program = createRequire(join(folder, "package.json"))("./index.js") as () => unknown;
    assert.equal(program(), "ran");
  });
});
