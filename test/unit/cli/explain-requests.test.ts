import assert from "node:assert/strict";
import { stringify } from "yaml";
import { sluice, sluiceReading } from "../support/command-line";
import { temporaryFolder, writeInto } from "../support/folders";
import { blueGreenStack, replicaRatioStack, smallStack, type RawConfig } from "../support/stacks";

interface Answer {
  readonly shares: Record<string, number>;
  readonly because: string;
  readonly status?: number;
}

const rules = {
  "sluice:headerMatch": { name: "Region", pattern: "shenzhen" },
  "sluice:cookieMatch": "user_from_shenzhen",
};

/** The rules of the stack above, one after the other, and who must serve each. */
const batch: [request: object, shares: Record<string, number>][] = [
  [{ host: "www.test.com" }, { v1: 0.9, v2: 0.1 }],
  [{ host: "www.test.com", path: "/any?x=1", headers: { region: "south-shenzhen" } }, { v2: 1 }],
  [{ host: "www.other.com" }, {}],
  [{ host: "www.test.com", cookies: { user_from_shenzhen: "never" } }, { v1: 1 }],
  [{ host: "www.test.com:8080", headers: { Cookie: "user_from_shenzhen=always" } }, { v2: 1 }],
  [
    { host: "www.test.com", headers: { Cookie: "user_from_shenzhen" } },
    { v1: 0.9, v2: 0.1 },
  ],
];
const requests = JSON.stringify(batch.map(([request]) => request));

describe("sluice explain --requests", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const stackFile = (config: RawConfig = smallStack(rules)) =>
    writeInto(folder, "Pulumi.try.yaml", stringify({ config }));

  /** The answers to a batch at stdin, as JSON. */
  function answersTo(input: string, config?: RawConfig): Answer[] {
    const file = stackFile(config);
    const { status, stdout, stderr } = sluiceReading(input, "explain", "--config", file, "--requests", "-", "--json");
    assert.deepEqual([status, stderr], [0, ""]);
    return JSON.parse(stdout) as Answer[];
  }

  it("answers each request in the order of the batch, that which no rule is for by 404 and no share", () => {
    const answers = answersTo(requests);
    assert.deepEqual(
      answers.map(({ shares }) => shares),
      batch.map(([, shares]) => shares),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [undefined, undefined, 404, undefined, undefined, undefined],
    );
    assert.deepEqual(answers[2], { shares: {}, status: 404, because: "no rule for host www.other.com" });
  });

  it("answers from a file too, in words, a line a request", () => {
    const file = writeInto(folder, "requests.json", requests);
    const { status, stdout, stderr } = sluice("explain", "--config", stackFile(), "--requests", file);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.deepEqual(stdout.split("\n"), [
      "www.test.com/: 90% v1, 10% v2 (weight 10 of 100)",
      "www.test.com/any?x=1: 100% v2 (header Region matches shenzhen)",
      "www.other.com/: 404 (no rule for host www.other.com)",
      "www.test.com/: 100% v1 (cookie user_from_shenzhen is never)",
      "www.test.com:8080/: 100% v2 (cookie user_from_shenzhen is always)",
      "www.test.com/: 90% v1, 10% v2 (weight 10 of 100)",
      "",
    ]);
  });

  it("answers a large batch whole, in its order", () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ host: "www.test.com", path: `/${index}`, headers: {} }));
    const hit = (index: number) => index % 3 === 0;
    const mixed = many.map((one, index) => (hit(index) ? { ...one, headers: { Region: "shenzhen" } } : one));
    const answers = answersTo(JSON.stringify(mixed));
    assert.equal(answers.length, 5000);
    assert.ok(answers.every(({ shares }, index) => (shares["v2"] === 1) === hit(index)));
  });

  it("answers for the other strategies", () => {
    const both = JSON.stringify([{ host: "www.test.com" }, { host: "preview.test.com" }]);
    const shares = (config: RawConfig) => answersTo(both, config).map((answer) => answer.shares);
    assert.deepEqual(shares(blueGreenStack({ "sluice:route": { previewHost: "preview.test.com" } })), [
      { v1: 1 },
      { v2: 1 },
    ]);
    assert.deepEqual(shares(replicaRatioStack()), [
      { v1: 0.75, v2: 0.25 },
      { v1: 0.75, v2: 0.25 },
    ]);
  });

  it("ends with 1 for requests that are none, and says nothing else", () => {
    const input = '[{ "path": "/" }]';
    const { status, stdout, stderr } = sluiceReading(input, "explain", "--config", stackFile(), "--requests", "-");
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /^sluice: stdin: \[0\]\.host is missing: it must be the host/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });

  it("ends with 2 for a config that can't be used, before the requests are read", () => {
    const file = stackFile(smallStack({ "sluice:canaryWeight": 101 }));
    const { status, stdout, stderr } = sluiceReading("{", "explain", "--config", file, "--requests", "-");
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /^sluice: sluice:canaryWeight is 101/);
  });
});
