import assert from "node:assert/strict";
import { countVersions, type VersionCounts } from "../../../probe/count-versions";
import type { ProbeAnswer } from "../../../probe/send-requests";

const byName = { v1: {}, v2: {} };

/** Counts answers whose duration nobody asks for. */
function count(
  answers: readonly Omit<ProbeAnswer, "milliseconds">[],
  versions: Parameters<typeof countVersions>[1] = byName,
): VersionCounts {
  return countVersions(
    answers.map((answer) => ({ ...answer, milliseconds: Array<number>(answer.times).fill(1) })),
    versions,
  );
}

describe("countVersions", () => {
  it("finds a version's name in the body as a word of its own", () => {
    const answers = [
      { status: 200, body: "nginx-v1\n", times: 30 },
      { status: 200, body: "<h1>v2</h1>", times: 5 },
      { status: 200, body: "v1", times: 2 },
    ];
    assert.deepEqual(count(answers), { counts: { v1: 32, v2: 5 }, failures: {} });
  });

  it("does not take v10 or rev1 for v1", () => {
    const { counts, failures } = count([
      { status: 200, body: "v10", times: 3 },
      { status: 200, body: "rev1", times: 4 },
    ]);
    assert.deepEqual(counts, {});
    assert.deepEqual(failures, { 'status 200: "v10"': 3, 'status 200: "rev1"': 4 });
  });

  it("asks for the answer's pattern in place of the name", () => {
    const versions = { v1: { answer: "build \\d{3}$" }, v2: {} };
    const answers = [
      { status: 200, body: "build 123", times: 7 },
      { status: 200, body: "v1", times: 1 },
    ];
    assert.deepEqual(count(answers, versions), { counts: { v1: 7 }, failures: { 'status 200: "v1"': 1 } });
  });

  it("counts an answer that fits two versions for neither, saying which", () => {
    const { counts, failures } = count([{ status: 200, body: "v1 and v2", times: 2 }]);
    assert.deepEqual(counts, {});
    assert.deepEqual(failures, { 'status 200: "v1 and v2" (fits v1 and v2)': 2 });
  });

  it("counts an error status as a failure, though a version's name is in it", () => {
    const { counts, failures } = count([{ status: 503, body: "v1 is down", times: 2 }]);
    assert.deepEqual([counts, failures], [{}, { 'status 503: "v1 is down"': 2 }]);
  });

  it("adds errors without an answer up by what went wrong", () => {
    const answers = [
      { error: "ECONNREFUSED", times: 2 },
      { error: "ECONNRESET", times: 1 },
      { error: "ECONNREFUSED", times: 3 },
    ];
    assert.deepEqual(count(answers), { counts: {}, failures: { ECONNREFUSED: 5, ECONNRESET: 1 } });
  });

  it("shows no more of a strange body than its beginning", () => {
    const [failure = ""] = Object.keys(count([{ status: 200, body: "x".repeat(999), times: 1 }]).failures);
    assert.ok(failure.length < 100);
  });

  it("finds a version in the Server header too, as the body of nginx's own pages doesn't have it", () => {
    const versions = { v1: { answer: "nginx/1\\.21" }, v2: { answer: "nginx/1\\.22" } };
    const page = "<h1>Welcome to nginx!</h1>";
    const answers = [
      { status: 200, server: "nginx/1.21.0", body: page, times: 3 },
      { status: 200, server: "nginx/1.22.1", body: page, times: 1 },
    ];
    assert.deepEqual(count(answers, versions), { counts: { v1: 3, v2: 1 }, failures: {} });
  });

  it("counts an answer for neither where body and Server header fit two versions", () => {
    const { counts, failures } = count([{ status: 200, server: "v2", body: "v1", times: 2 }]);
    assert.deepEqual([counts, failures], [{}, { 'status 200: "v1" (fits v1 and v2)': 2 }]);
  });

  it("counts a redirect that no version sent as a failure, and says where it leads", () => {
    const redirect = { status: 308, server: "nginx", location: "https://shop.test/", body: "moved", times: 2 };
    const { counts, failures } = count([redirect]);
    assert.deepEqual([counts, failures], [{}, { 'status 308 to https://shop.test/: "moved"': 2 }]);
  });
});
