import assert from "node:assert/strict";
import { parseManifests } from "../../../../render/charts/render-chart";
import { UserError } from "../../../../progress/user-error";

describe("a rendered chart", () => {
  it("is its objects, without those that are empty", () => {
    const text = "---\n# Source: a\nkind: A\n---\n\n---\nkind: B\ntext: |\n  --- no end\n";
    assert.deepEqual(parseManifests(text, "some"), [{ kind: "A" }, { kind: "B", text: "--- no end\n" }]);
  });

  it("may have quoted texts whose further lines are not indented, as Helm takes them", () => {
    const text = [
      "kind: A",
      "properties:",
      "  kind:",
      "    description: 'It''s the first line: and",
      "    the second. More:",
      "",
      "    the third'",
      "    type: string",
    ];
    assert.deepEqual(parseManifests(text.join("\n"), "some"), [
      {
        kind: "A",
        properties: {
          kind: { description: "It's the first line: and the second. More:\nthe third", type: "string" },
        },
      },
    ]);
  });

  it("is refused where it is no YAML", () => {
    assert.throws(
      () => parseManifests("a: 'b\nc: d\n", "some"),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /the chart some is no YAML/);
        return true;
      },
    );
  });
});
