import assert from "node:assert/strict";
import { comparisonsOf } from "../../../traffic/comparisons";
import { planWith, wholeHost } from "../support/plans";

const rules = { header: { name: "Region", pattern: "shenzhen" }, cookie: "trial" };

describe("comparisonsOf", () => {
  it("reaches both versions and nobody, at and beside every rule, each request once", () => {
    const all = comparisonsOf(planWith(rules));
    assert.deepEqual(new Set(all.map(({ version }) => version)), new Set(["v1", "v2", undefined]));
    const titles = all.map(({ title }) => title);
    assert.equal(new Set(titles).size, titles.length);
    const versionOf = (title: string) => all.find((one) => one.title === title)?.version;
    assert.equal(versionOf("GET www.test.com/, Region: shenzhen"), "v2");
    assert.equal(versionOf("GET www.test.com/deeper, Region: SHENZHEN"), "v1");
    assert.equal(versionOf("GET www.test.com/, Region: maybe, Cookie: trial=always"), "v2");
    assert.equal(versionOf("GET www.test.com/, Region: shenzhen, Cookie: trial=never"), "v2");
    assert.equal(versionOf("GET www.test.com/, Cookie: xtrial=always"), "v1");
    assert.ok(titles.includes("GET unknown.invalid/"));
  });

  it("leaves out what a weight decides", () => {
    const all = comparisonsOf(planWith({ ...rules, weight: 50 }));
    assert.ok(!all.some(({ title }) => title === "GET www.test.com/"));
    assert.ok(all.some(({ title }) => title === "GET www.test.com/, Region: shenzhen"));
  });

  it("asks for a name that a wildcard stands for", () => {
    const [first] = comparisonsOf(planWith({}, { routes: [{ ...wholeHost, host: "*.test.com" }] }));
    assert.equal(first?.title, "GET any.test.com/");
  });
});
