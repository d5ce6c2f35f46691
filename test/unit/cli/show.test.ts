import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { showPreview, showVerdict, summarizeChanges } from "../../../cli/show";
import type { Change } from "../../../engine/engine";
import { judgePlan, judgeSplit, type RuleVerdict } from "../../../traffic/verdict";

const changes: Change[] = [
  { kind: "create", object: "Service demo/a" },
  { kind: "update", object: "Ingress demo/b" },
  { kind: "create", object: "Service demo/c" },
];

describe("summarizeChanges", () => {
  it("counts by kind and leaves out what there is none of", () => {
    assert.equal(summarizeChanges(changes, 3), "2 to create, 1 to update, 3 unchanged");
    assert.equal(summarizeChanges([], 3), "3 unchanged");
  });
});

describe("showPreview", () => {
  const show = (before: string[] | undefined, after: string[], warnings: string[] = []) =>
    stripVTControlCharacters(
      showPreview("dev", {
        violations: [],
        changes,
        unchanged: 0,
        diff: "",
        trafficBefore: before,
        trafficAfter: after,
        warnings,
      }),
    );

  it("shows the traffic before and after", () => {
    assert.match(show(["90% v1"], ["60% v1"]), / {2}- 90% v1\n {2}\+ 60% v1\n/);
    assert.match(show(undefined, ["60% v1"]), / {2}- the stack is not up\n {2}\+ 60% v1\n/);
  });

  it("shows traffic that stays once, without marks", () => {
    assert.match(show(["90% v1"], ["90% v1"]), /^Traffic of dev\n {4}90% v1\n\n/);
  });

  it("marks only the lines that change", () => {
    const text = show(["90% v1", "cookie trial"], ["60% v1", "cookie trial"]);
    assert.match(text, /^Traffic of dev\n {2}- 90% v1\n {2}\+ 60% v1\n {4}cookie trial\n\n/);
  });

  it("shows warnings behind the traffic", () => {
    const text = show(["90% v1"], ["90% v1"], ["it takes long"]);
    assert.match(text, /^Traffic of dev\n {4}90% v1\n {2}warning: it takes long\n\n/);
  });
});

describe("showVerdict", () => {
  const plain = judgeSplit({ v1: 0.9, v2: 0.1 }, { v1: 395, v2: 3 }, { ECONNREFUSED: 2 });
  const show = (rules: RuleVerdict[]) => stripVTControlCharacters(showVerdict(judgePlan(plain, rules)));

  it("shows each version's count beside its interval, and failures", () => {
    const text = show([]);
    assert.match(text, /v2.*10%.*3 of 400.*0\.75%.*22 to 61.*not as planned/);
    assert.match(text, /2 requests failed: ECONNREFUSED/);
    assert.doesNotMatch(text, /rule/);
  });

  it("shows each rule by its name, behind the requests that no rule decides", () => {
    const text = show([
      { rule: "cookie trial = always", ...judgeSplit({ v2: 1 }, { v2: 20 }) },
      { rule: "cookie trial = never", ...judgeSplit({ v1: 1 }, { v1: 18, v2: 1 }, { "status 503": 1 }) },
    ]);
    const rows = text.split("\n").filter((line) => / of \d/.test(line));
    assert.deepEqual(
      rows.map((row) => /no rule|cookie trial = \w+/.exec(row)?.[0]),
      ["no rule", "no rule", "cookie trial = always", "cookie trial = never", "cookie trial = never"],
    );
    assert.match(rows[2] ?? "", /v2.*100%.*20 of 20.*100%.*20 to 20.* as planned/);
    assert.match(rows[4] ?? "", /v2.*0%.*1 of 20.*5%.*0 to 0.*not as planned/);
    assert.match(text, /2 requests failed \(no rule\): ECONNREFUSED/);
    assert.match(text, /1 requests failed \(cookie trial = never\): status 503/);
  });
});
