import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { packageFolder } from "../../../package-folder";
import { stackFileSchema } from "../../../scripts/config/schema";
import { sluice } from "../support/command-line";
import { smallStack, type RawConfig } from "../support/stacks";

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

describe("the JSON schema of a stack file", () => {
  const read = (...path: string[]) => readFileSync(join(packageFolder, ...path), "utf8");
  const schema = JSON.parse(read("sluice.schema.json")) as Schema;
  const keys = schema.properties?.["config"]?.properties ?? {};
  const validate = new Ajv({ strict: false }).compile(schema);
  const takes = (config: RawConfig) => validate({ config });

  it("is what npm run docs:config writes", () =>
    assert.deepEqual(schema, JSON.parse(JSON.stringify(stackFileSchema()))));

  it("describes every key", () =>
    assert.deepEqual(
      Object.entries(keys).flatMap(([key, { description }]) => (description ? [] : [key])),
      [],
    ));

  for (const file of [
    "Pulumi.dev.yaml",
    "Pulumi.prod.yaml",
    ...readdirSync(join(packageFolder, "examples"))
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => join("examples", name)),
  ])
    it(`takes ${file}`, () => assert.ok(validate(parse(read(file))), JSON.stringify(validate.errors)));

  it("takes numbers as texts, as pulumi config set writes them, and keys of providers", () => {
    assert.ok(takes(smallStack({ "sluice:canaryWeight": "40", "kubernetes:context": "prod" })));
  });

  for (const changes of [
    { "sluice:canaryWieght": 10 },
    { "sluice:canaryWeight": -1 },
    { "sluice:strategy": "canari" },
    { "sluice:versions": { v1: { image: "nginx:1", prot: 80 } } },
    { "sluice:rollout": { stepWeight: 101 } },
  ])
    it(`refuses ${JSON.stringify(changes)}`, () => assert.ok(!takes(smallStack(changes))));
});

describe("sluice config explain", function () {
  this.timeout(60_000);

  it("explains a key by what it is for, what it takes and its default", () => {
    const { status, stdout } = sluice("config", "explain", "retireIdle");
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^retireIdle: What becomes of the idle color: .*\n {2}takes keep, scaleDown, remove\n {2}default: "keep"/,
    );
    assert.match(
      sluice("config", "explain", "sluice:weightTotal").stdout,
      /takes a whole number from 100 to 1000000 or a text/,
    );
  });

  it("explains keys inside others, whatever a version is called", () => {
    assert.match(
      sluice("config", "explain", "versions.v7.drainSeconds").stdout,
      /^versions\.v7\.drainSeconds: Seconds a pod keeps/,
    );
    assert.match(
      sluice("config", "explain", "rollout.steps.weight").stdout,
      /^rollout\.steps\.weight: The canary's weight from this/,
    );
  });

  it("lists all keys, a line each, on two screens", () => {
    const lines = sluice("config", "explain").stdout.trim().split("\n");
    assert.ok(lines.some((line) => /^canaryWeight +Percent of the requests/.test(line)));
    assert.ok(lines.some((line) => /^route\.tls +The hosts that are served by TLS/.test(line)));
    assert.ok(lines.length <= 60, String(lines.length));
  });

  it("names the nearest key if there is none", () => {
    const { status, stderr } = sluice("config", "explain", "rollout.intervall");
    assert.equal(status, 2);
    assert.match(stderr, /rollout\.intervall is not a key of a stack file: did you mean interval\?/);
  });
});
