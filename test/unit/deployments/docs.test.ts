import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keysOfSchema } from "../../../config/parse";
import { deploymentsSchema } from "../../../deployments/config/schema";
import { packageFolder } from "../../../package-folder";
import { workflows } from "./workflow-files";

const read = (name: string) => readFileSync(join(packageFolder, "docs", name), "utf8");

describe("docs/deployments.md", () => {
  it("documents every key of the config", () => {
    const stack = ["stacks", "any"];
    const places = [
      [],
      stack,
      [...stack, "credentials"],
      [...stack, "drift"],
      [...stack, "approval"],
      ["webhook"],
      ["policies"],
    ];
    const keys = places.flatMap((path) => keysOfSchema(deploymentsSchema, path));
    assert.ok(keys.length > 35, String(keys));
    const text = read("deployments.md");
    assert.deepEqual(
      keys.filter((key) => !text.includes(`\`${key}\``)),
      [],
    );
  });
});

describe("docs/ci.md", () => {
  it("says how to set up every secret and variable that a workflow reads", () => {
    const names = workflows().flatMap(({ text }) =>
      [...text.matchAll(/(?:secrets|vars)\.(\w+)/g)].map(([, name = ""]) => name),
    );
    assert.ok(names.length > 5);
    const text = read("ci.md");
    assert.deepEqual(
      [...new Set(names)].filter((name) => !text.includes(`\`${name}\``)),
      [],
    );
  });
});
