import assert from "node:assert/strict";
import { readYaml } from "../../../values/read-yaml";
import { UserError } from "../../../progress/user-error";

const deep = /^the file has maps and lists in each other more than 100 levels deep: it must have fewer$/;

describe("readYaml", () => {
  it("reads one document, with a byte order mark and line ends of Windows too", () => {
    assert.deepEqual(readYaml("\ufeffa: 1\r\nb: [x]\r\n", "the file"), { a: 1, b: ["x"] });
  });

  it("keeps names that JavaScript's objects have themselves", () => {
    const read = readYaml("constructor: a\n__proto__: b\n", "the file");
    assert.deepEqual(Object.entries(read as object), [
      ["constructor", "a"],
      ["__proto__", "b"],
    ]);
  });

  it("takes whole numbers as keys, which read the same as texts", () => {
    assert.deepEqual(readYaml("2024: a\n", "the file"), { 2024: "a" });
  });

  const refused: readonly (readonly [title: string, text: string, message: RegExp])[] = [
    ["several documents", "a: 1\n---\nb: 2\n", /^the file has several YAML documents: it must have one/],
    ["an alias of nothing", "a: *nothing\n", /^the file is not valid YAML: Unresolved alias/],
    ["aliases that stand for far too much", bomb(), /^the file is not valid YAML: Excessive alias count/],
    ["a tag", "a: !secret b\n", /^the file is not valid YAML: Unresolved tag: !secret/],
    ["a tab", "a:\n\tb: 1\n", /^the file is not valid YAML: Tabs are not allowed/],
    ["a key twice", "a: 1\na: 2\n", /^the file is not valid YAML: Map keys must be unique/],
    ["a key that is a number of another text", "1.0: a\n", /^the file has the key 1\.0: quote it, as "1\.0"$/],
    ["a list without an end", "a: [\n", /^the file is not valid YAML/],
    ["a map as a key", "? { a: 1 }\n: b\n", /^the file has a map or a list as a key: a key must be a text$/],
    ["what would end the process", `a: ${"[".repeat(6000)}${"]".repeat(6000)}`, deep],
    ["lists in lists on one line", `${"- ".repeat(6000)}x`, deep],
    ["ten megabytes", `a: ${"x".repeat(10_000_000)}\n`, /^the file has 10000004 characters: it must have at most/],
  ];
  it("says where a text is wrong, and shows nothing of it", () =>
    assert.throws(
      () => readYaml("a: 1\nPASSWORD: hunter2: hunter2\n", "the file"),
      (error: Error) => {
        assert.match(
          error.message,
          /^the file is not valid YAML: Nested mappings are not allowed .* at line 2, column/,
        );
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    ));

  for (const [title, text, message] of refused)
    it(`refuses ${title}`, () =>
      assert.throws(
        () => readYaml(text, "the file"),
        (error: Error) => error instanceof UserError && message.test(error.message),
      ));
});

/** Each line stands for ten of the one before. */
function bomb(): string {
  const lines = Array.from({ length: 8 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(10)}]`);
  return ["a0: &a0 x", ...lines].join("\n");
}
