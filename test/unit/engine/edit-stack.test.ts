import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { editStack } from "../../../engine/edit-stack";
import { packageFolder } from "../../../package-folder";

const text = `# The stack of the shop.
config:
  sluice:host: www.test.com # the public name
  sluice:stable: v1
  # On trial since Monday.
  sluice:canary: "v2"
  # Percent of the requests.
  sluice:canaryWeight: 10   # raised by hand

  # Users in Shenzhen.
  sluice:headerMatch:
    # by region
    name: Region
    pattern: shenzhen

  sluice:versions:
    v1:
      image: a
      # three of them
      replicas: 3
    v2: { image: b, replicas: 1 }
    v3:
      image: c
  # The end.
  kubernetes:context: mine
`;

const lines = (from: string) => from.split("\n");
const removed = (after: string) => lines(text).filter((line) => !lines(after).includes(line));
const added = (after: string) => lines(after).filter((line) => !lines(text).includes(line));

describe("editStack", () => {
  it("changes a value and keeps the comment behind it", () => {
    const after = editStack(text, [[["sluice:canaryWeight"], 30]]);
    assert.equal(after, text.replace("canaryWeight: 10 ", "canaryWeight: 30 "));
  });

  it("puts a new key behind its last neighbour, and nothing else", () => {
    const after = editStack(text, [[["sluice:cookieMatch"], "trial"]], ["sluice:stable", "sluice:canaryWeight"]);
    assert.deepEqual(removed(after), []);
    assert.equal(
      lines(after)[lines(text).findIndex((line) => line.includes("canaryWeight")) + 1],
      "  sluice:cookieMatch: trial",
    );
  });

  it("puts a new key to the end where no neighbour is there", () => {
    assert.equal(editStack(text, [[["sluice:retireIdle"], "keep"]]), `${text}  sluice:retireIdle: keep\n`);
  });

  it("replaces a nested map by one on a line", () => {
    const after = editStack(text, [[["sluice:headerMatch"], { name: "Region", value: "beijing" }]]);
    assert.deepEqual(added(after), ["  sluice:headerMatch: { name: Region, value: beijing }"]);
    assert.match(after, /# Users in Shenzhen\./);
    assert.match(after, /beijing }\n\n {2}sluice:versions/);
  });

  it("takes a key out and keeps the comments around it", () => {
    const after = editStack(text, [[["sluice:canary"], null]]);
    assert.deepEqual(removed(after), ['  sluice:canary: "v2"']);
  });

  it("takes a nested map out with what is in it", () => {
    const after = editStack(text, [[["sluice:headerMatch"], null]]);
    assert.deepEqual(added(after), []);
    assert.deepEqual(removed(after), [
      "  sluice:headerMatch:",
      "    # by region",
      "    name: Region",
      "    pattern: shenzhen",
    ]);
  });

  it("leaves out what is not there", () => assert.equal(editStack(text, [[["sluice:cookieMatch"], null]]), text));

  it("changes the pods of versions, on lines of their own and on one line", () => {
    const path = (version: string) => ["sluice:versions", version, "replicas"];
    const after = editStack(text, [
      [path("v1"), 1],
      [path("v2"), 3],
      [path("v3"), 2],
    ]);
    assert.deepEqual(removed(after), ["      replicas: 3", "    v2: { image: b, replicas: 1 }"]);
    const versions = (parse(after) as { config: Record<string, unknown> }).config["sluice:versions"];
    assert.deepEqual(versions, {
      v1: { image: "a", replicas: 1 },
      v2: { image: "b", replicas: 3 },
      v3: { image: "c", replicas: 2 },
    });
  });

  it("writes a text that YAML would read as a number or a yes such that it stays a text", () => {
    const after = editStack(text, [
      [["sluice:cookieMatch"], "007"],
      [["sluice:canary"], "yes"],
    ]);
    const { config } = parse(after) as { config: Record<string, unknown> };
    assert.equal(config["sluice:cookieMatch"], "007");
    assert.equal(config["sluice:canary"], "yes");
  });

  it("works on a file without a line's end, and on one with CRLF", () => {
    assert.equal(editStack("config:\n  a: 1", [[["b"], 2]]), "config:\n  a: 1\n  b: 2\n");
    assert.deepEqual(parse(editStack("config:\r\n  a: 1\r\n  b: 2\r\n", [[["a"], 3]])), { config: { a: 3, b: 2 } });
  });

  it("refuses a file whose config is no map, naming the key", () => {
    assert.throws(() => editStack("config: []\n", [[["sluice:canaryWeight"], 1]]), /sluice:canaryWeight can't be set/);
  });

  for (const name of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"])
    it(`keeps every comment of ${name} whatever is set and taken out`, () => {
      const original = readFileSync(join(packageFolder, name), "utf8");
      const { config } = parse(original) as { config: Record<string, unknown> };
      const edits = fc.array(
        fc.tuple(
          fc.constantFrom("canaryWeight", "canary", "headerMatch", "cookieMatch", "activeColor", "weightTotal"),
          fc.oneof(
            fc.nat(100),
            fc.constantFrom("v1", "a: b", "#x", "'"),
            fc.constant({ name: "Region", value: "x y" }),
            fc.constant(null),
          ),
        ),
        { maxLength: 6 },
      );
      fc.assert(
        fc.property(edits, (changes) => {
          const after = editStack(
            original,
            changes.map(([key, value]) => [[`sluice:${key}`], value] as const),
            ["sluice:stable"],
          );
          const expected = { ...config };
          for (const [key, value] of changes)
            if (value === null) delete expected[`sluice:${key}`];
            else expected[`sluice:${key}`] = value;
          assert.deepEqual((parse(after) as { config: unknown }).config, expected);
          const comments = lines(original).filter((line) => line.trim().startsWith("#"));
          assert.deepEqual(
            lines(after).filter((line) => line.trim().startsWith("#")),
            comments,
          );
        }),
        { numRuns: 100 },
      );
    });
});
