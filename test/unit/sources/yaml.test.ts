import assert from "node:assert/strict";
import { UserError } from "../../../progress/user-error";
import { readObjects } from "../../../sources/yaml";

/** An object's first lines. */
const head = (kind: string) => `apiVersion: v1\nkind: ${kind}\nmetadata: { name: a }\n`;

describe("objects in a text", () => {
  it("come one by one, without those that are empty", () => {
    const text = `---\n# Source: a\n${head("A")}---\n\n---\n${head("B")}text: |\n  --- no end\n`;
    const found = readObjects(text, "some").map(({ kind, text: inner }) => [kind, inner]);
    assert.deepEqual(found, [
      ["A", undefined],
      ["B", "--- no end\n"],
    ]);
  });

  it("may have quoted texts whose further lines are not indented, as Helm takes them", () => {
    const text = [
      "properties:",
      "  kind:",
      "    description: 'It''s the first line: and",
      "    the second. More:",
      "",
      "    the third'",
      "    type: string",
    ];
    const [object] = readObjects(`${head("Other")}---\n${head("A")}${text.join("\n")}`, "some").slice(1);
    assert.deepEqual(object?.["properties"], {
      kind: { description: "It's the first line: and the second. More:\nthe third", type: "string" },
    });
  });

  it("are refused if it isn't YAML", () => {
    assert.throws(
      () => readObjects("a: 'b\nc: d\n", "the chart some"),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /^the chart some isn't YAML: /);
        return true;
      },
    );
  });
});
