import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Policy } from "@pulumi/policy";
import { packConfigFile, readPackConfig } from "../../../../engine/policy/pack";
import type { CheckedPolicy } from "../../../../policies/support/governed";
import { policies as pack } from "../../../../policies/policies";

const policies: (Policy & CheckedPolicy)[] = [
  {
    name: "weight-step",
    description: "",
    enforcementLevel: "mandatory",
    configSchema: { properties: { points: { type: "integer", minimum: 1, maximum: 100, default: 50 } } },
  },
  {
    name: "pinned",
    description: "",
    enforcementLevel: "advisory",
    configSchema: { properties: { require: { type: "array", items: { type: "string", enum: ["tag", "digest"] } } } },
  },
  {
    name: "strict",
    description: "",
    enforcementLevel: "disabled",
    configSchema: {
      properties: {
        list: {
          type: "array",
          items: {
            type: "object",
            properties: { until: { type: "string", pattern: "^\\d+$", description: "a day" } },
            required: ["until"],
            additionalProperties: false,
          },
        },
      },
    },
    problems: (settings) => (JSON.stringify(settings).includes("2027") ? ["list is too far off"] : []),
  },
];

describe("readPackConfig", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-pack-"));
  const file = join(folder, "config.json");
  after(() => rmSync(folder, { recursive: true }));
  const read = (content: unknown) => {
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return Object.fromEntries(readPackConfig(file, policies));
  };

  it("fills levels and settings in where nothing is said", () =>
    assert.deepEqual(read({}), {
      "weight-step": { level: "mandatory", config: { points: 50 } },
      pinned: { level: "advisory", config: {} },
      strict: { level: "disabled", config: {} },
    }));

  it("takes one level for all, and a policy's own before it", () =>
    assert.deepEqual(read({ all: "advisory", pinned: "disabled", "weight-step": { points: 20 } }), {
      "weight-step": { level: "advisory", config: { points: 20 } },
      pinned: { level: "disabled", config: {} },
      strict: { level: "advisory", config: {} },
    }));

  it("takes a level beside settings", () =>
    assert.deepEqual(read({ pinned: { enforcementLevel: "mandatory", require: ["digest"] } })["pinned"], {
      level: "mandatory",
      config: { require: ["digest"] },
    }));

  for (const [what, content, message] of [
    ["an unknown policy", { "weight-stop": {} }, /weight-stop isn't a policy of the pack: did you mean weight-step\?/],
    ["a value out of range", { "weight-step": { points: 101 } }, /weight-step\.points is 101: it must be <= 100/],
    ["a value of another type", { "weight-step": { points: "5" } }, /weight-step\.points is "5": it must be integer/],
    [
      "a value that is none of those allowed",
      { pinned: { require: ["x"] } },
      /pinned\.require\.0 is "x": it must be tag, digest/,
    ],
    [
      "an unknown setting",
      { "weight-step": { point: 5 } },
      /weight-step\.point isn't a setting of the policy: did you mean points\?/,
    ],
    [
      "an unknown level",
      { pinned: "strict" },
      /pinned is "strict": it must be advisory, mandatory, remediate, disabled/,
    ],
    [
      "mending where there is nothing to mend",
      { pinned: "remediate" },
      /pinned is "remediate": it must be advisory, mandatory/,
    ],
    ["a setting that is missing", { strict: { list: [{}] } }, /strict\.list\.0\.until is missing: it must be set/],
    [
      "a setting of another shape",
      { strict: { list: [{ until: "soon" }] } },
      /strict\.list\.0\.until is "soon": it must be a day/,
    ],
    [
      "a setting that only the policy can judge",
      { strict: { list: [{ until: "2027" }] } },
      /strict\.list is too far off/,
    ],
    [
      "an unknown setting in a list",
      { strict: { list: [{ until: "2026", untill: "2026" }] } },
      /strict\.list\.0\.untill isn't a setting of the policy: did you mean until\?/,
    ],
    ["an unknown level beside settings", { pinned: { enforcementLevel: 1 } }, /pinned is 1: it must be advisory/],
    [
      "an unknown level for all",
      { all: "strict" },
      /all is "strict": it must be advisory, mandatory, remediate, disabled/,
    ],
    ["no JSON", "{", /can't read the policies' config/],
    ["a list", [], /must be a JSON object of policies by name/],
  ] as const)
    it(`refuses ${what}, naming file, key, value and what is allowed`, () => {
      assert.throws(() => read(content), message);
      assert.throws(() => read(content), new RegExp(file));
    });

  it("refuses a file that is not there", () =>
    assert.throws(
      () => readPackConfig(join(folder, "none.json"), policies),
      /can't read the policies' config .*none\.json/,
    ));

  it("tells every problem at once", () =>
    assert.throws(
      () => read({ nothing: {}, "weight-step": { points: 0 } }),
      /nothing isn't a policy[\s\S]*points is 0/,
    ));

  for (const environment of ["development", "production"])
    it(`takes the pack's own config for ${environment}`, () =>
      assert.equal(readPackConfig(packConfigFile(environment), pack).size, pack.length));
});
