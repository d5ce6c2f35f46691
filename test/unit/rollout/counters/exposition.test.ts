import assert from "node:assert/strict";
import { parseExposition } from "../../../../rollout/counters/exposition";

const all = (page: string, ...names: string[]) => parseExposition(page, new Set(names));
const only = (line: string) => all(`${line}\n`, "a")[0];

describe("parseExposition", () => {
  it("reads names, labels and values, and skips comments", () => {
    const page = `# HELP a How many.
# TYPE a counter
a{method="post",code="200"} 1027 1395066363000

  # just a comment
a 12.47
a { code = "400" , } 3e2
other{x="1"} 7
`;
    assert.deepEqual(all(page, "a"), [
      { name: "a", labels: { method: "post", code: "200" }, value: 1027 },
      { name: "a", labels: {}, value: 12.47 },
      { name: "a", labels: { code: "400" }, value: 300 },
    ]);
  });

  it("reads what is escaped, and braces and commas in values", () => {
    const labels = { path: "C:\\DIR\\FILE.TXT", error: 'Cannot find file:\n"FILE.TXT"', rule: "a{b},c=" };
    const line = String.raw`a{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\"",rule="a{b},c="} 1.458255915e9`;
    assert.deepEqual(only(line), { name: "a", labels, value: 1458255915 });
  });

  for (const [text, value] of [
    ["+Inf", Infinity],
    ["-Inf", -Infinity],
    ["NaN", NaN],
    ["-3.14", -3.14],
    [".5", 0.5],
    ["1e-07", 1e-7],
  ] as const)
    it(`reads ${text}`, () => assert.equal(only(`a ${text}`)?.value, value));

  for (const line of [
    "a",
    "a 1 2 3",
    "a one",
    "a1",
    'a{b="1" 1',
    'a{b="1"c="2"} 1',
    'a{b="1",b="2"} 1',
    "a{b=1} 1",
    String.raw`a{b="\t"} 1`,
    'a{b="1",,} 1',
    'a{0b="1"} 1',
    "{} 1",
    "<html>",
  ])
    it(`refuses ${line}`, () => assert.throws(() => all(`${line}\n`, "a", "a1"), SyntaxError));

  it("looks at the names of other lines alone", () => {
    assert.deepEqual(all("b{not read at all\n", "a"), []);
  });

  it("refuses a page that was cut off", () => {
    assert.throws(() => all("a 1\na 12", "a"), /cut off/);
    assert.deepEqual(all("", "a"), []);
  });
});
