import assert from "node:assert/strict";
import { countVersions } from "../../../probe/count-versions";

const byName = { v1: {}, v2: {} };

describe("countVersions", () => {
  it("finds a version's name in the body as a word of its own", () => {
    const answers = [
      { status: 200, body: "nginx-v1\n", times: 30 },
      { status: 200, body: "<h1>v2</h1>", times: 5 },
      { status: 200, body: "v1", times: 2 },
    ];
    assert.deepEqual(countVersions(answers, byName), { counts: { v1: 32, v2: 5 }, failures: {} });
  });

  it("does not take v10 or rev1 for v1", () => {
    const { counts, failures } = countVersions(
      [
        { status: 200, body: "v10", times: 3 },
        { status: 200, body: "rev1", times: 4 },
      ],
      byName,
    );
    assert.deepEqual(counts, {});
    assert.deepEqual(failures, { 'status 200: "v10"': 3, 'status 200: "rev1"': 4 });
  });

  it("asks for the answer's pattern in place of the name", () => {
    const versions = { v1: { answer: "build \\d{3}$" }, v2: {} };
    const answers = [
      { status: 200, body: "build 123", times: 7 },
      { status: 200, body: "v1", times: 1 },
    ];
    assert.deepEqual(countVersions(answers, versions), { counts: { v1: 7 }, failures: { 'status 200: "v1"': 1 } });
  });

  it("counts an answer that fits two versions for neither, saying which", () => {
    const { counts, failures } = countVersions([{ status: 200, body: "v1 and v2", times: 2 }], byName);
    assert.deepEqual(counts, {});
    assert.deepEqual(failures, { 'status 200: "v1 and v2" (fits v1 and v2)': 2 });
  });

  it("counts an error status as a failure, though a version's name is in it", () => {
    const { counts, failures } = countVersions([{ status: 503, body: "v1 is down", times: 2 }], byName);
    assert.deepEqual([counts, failures], [{}, { 'status 503: "v1 is down"': 2 }]);
  });

  it("adds errors without an answer up by what went wrong", () => {
    const answers = [
      { error: "ECONNREFUSED", times: 2 },
      { error: "ECONNRESET", times: 1 },
      { error: "ECONNREFUSED", times: 3 },
    ];
    assert.deepEqual(countVersions(answers, byName), { counts: {}, failures: { ECONNREFUSED: 5, ECONNRESET: 1 } });
  });

  it("shows no more of a strange body than its beginning", () => {
    const [failure = ""] = Object.keys(
      countVersions([{ status: 200, body: "x".repeat(999), times: 1 }], byName).failures,
    );
    assert.ok(failure.length < 100);
  });
});
