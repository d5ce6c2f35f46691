import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseExposition } from "../../../../rollout/counters/exposition";
import { Tally } from "../../../../rollout/counters/tally";
import { ingressSeries } from "../../../../routers/ingress/series";
import { subjectWith } from "../analysis/subjects";

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

describe("a page of ingress-nginx", () => {
  // Recorded after a rollout whose canary failed; the histograms that nothing is judged by are left out.
  const page = readFileSync(join(__dirname, "ingress-nginx.prom"), "utf8");
  const subject = subjectWith({ namespace: "demo", workload: "shop" });
  const series = { canary: ingressSeries(subject, "canary"), stable: ingressSeries(subject, "stable") };

  it("can be read whole", () => {
    const names = page.split("\n").flatMap((line) => /^[a-z_]+/.exec(line) ?? []);
    const samples = all(page, ...names);
    assert.equal(samples.length, names.length);
    assert.ok(samples.every(({ value }) => Number.isFinite(value)));
  });

  it("tells what each version has counted", () => {
    const tally = new Tally(series);
    tally.add(new Map([["pod", parseExposition(page, tally.names)]]));
    const [canary, stable] = [tally.total("canary"), tally.total("stable")];
    assert.deepEqual([canary.requests, canary.failed], [2197, 147]);
    assert.deepEqual([stable.requests, stable.failed], [11201, 0]);
    assert.equal(canary.durations.get(Infinity), canary.requests);
    assert.equal(stable.durations.get(Infinity), stable.requests);
    assert.ok(stable.durations.size > 10);
  });
});
