import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { showPreview, showVerdict, summarizeChanges } from "../../../cli/show";
import type { Change } from "../../../engines/engine";
import { judgeSplit } from "../../../traffic/verdict";

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
  const show = (before: string[] | undefined, after: string[]) =>
    stripVTControlCharacters(
      showPreview("dev", { changes, unchanged: 0, diff: "", trafficBefore: before, trafficAfter: after }),
    );

  it("shows the traffic before and after", () => {
    assert.match(show(["90% v1"], ["60% v1"]), / {2}- 90% v1\n {2}\+ 60% v1\n/);
    assert.match(show(undefined, ["60% v1"]), / {2}- the stack is not up\n {2}\+ 60% v1\n/);
  });

  it("shows traffic that stays once, without marks", () => {
    assert.match(show(["90% v1"], ["90% v1"]), /^Traffic of dev\n {4}90% v1\n\n/);
  });
});

describe("showVerdict", () => {
  it("shows each version's count beside its interval, and failures", () => {
    const text = stripVTControlCharacters(
      showVerdict(judgeSplit({ v1: 0.9, v2: 0.1 }, { v1: 395, v2: 3 }, { ECONNREFUSED: 2 })),
    );
    assert.match(text, /v2.*10%.*3 of 400.*0\.75%.*22 to 61.*not as planned/);
    assert.match(text, /2 requests failed: ECONNREFUSED/);
  });
});
