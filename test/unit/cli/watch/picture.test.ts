import assert from "node:assert/strict";
import chalk from "chalk";
import { dataOf } from "../../../../cli/watch/data";
import { frameOf } from "../../../../cli/watch/frame";
import { lineOf } from "../../../../cli/watch/line";
import { pictureOf, type Picture } from "../../../../cli/watch/picture";
import type { Tally } from "../../../../cli/watch/tally";
import { samplesOf } from "../../../../traffic/samples";
import { planWith } from "../../support/plans";

const plan = planWith({ weight: 10, header: { name: "Region", value: "shenzhen" } });
const tally = (counts: Record<string, number>, failures: Record<string, number> = {}): Tally => ({
  counts,
  failures,
  milliseconds: [1, 2, 3, 40],
});

function pictured(...tallies: readonly Tally[]): Picture {
  const scene = { stack: "dev", address: "192.168.10.240", port: 80, plan: ["…"], summary: "90% v1, 10% v2" };
  const settings = { rate: 20, window: 10, elapsed: 65, notes: [], charts: [] };
  return pictureOf({ ...scene, ...settings, samples: samplesOf(plan) }, [{ ended: 0, tallies }]);
}

describe("the picture of a watch", () => {
  const level = chalk.level;
  before(() => (chalk.level = 0));
  after(() => (chalk.level = level));

  const good = pictured(tally({ v1: 180, v2: 20 }), tally({ v2: 20 }));

  it("is as planned where every rule is", () => {
    assert.equal(good.asPlanned, true);
    assert.deepEqual(
      good.rules.map(({ rule, standing }) => [rule, standing]),
      [
        ["no rule", "as planned"],
        ["header Region = shenzhen", "as planned"],
      ],
    );
  });

  it("is not where one rule's requests go to another version", () => {
    const { asPlanned, rules } = pictured(tally({ v1: 180, v2: 20 }), tally({ v1: 1, v2: 19 }));
    assert.deepEqual([asPlanned, rules[1]?.standing], [false, "not as planned"]);
  });

  it("is not where a single request failed", () => {
    const { asPlanned, rules } = pictured(tally({ v1: 180, v2: 20 }, { ECONNRESET: 1 }), tally({ v2: 20 }));
    assert.deepEqual([asPlanned, rules[0]?.standing], [false, "not as planned"]);
  });

  it("says that few requests are too few, and none at all", () => {
    assert.equal(pictured(tally({ v1: 9, v2: 1 }), tally({ v2: 20 })).rules[0]?.standing, "too few");
    assert.equal(pictured(tally({}), tally({})).rules[0]?.standing, "too few");
  });

  it("shows versions, shares, plan and latency, on lines that fit", () => {
    for (const width of [40, 80, 120]) {
      const lines = frameOf(good, width);
      assert.ok(
        lines.every((line) => Array.from(line).length <= width),
        lines.join("\n"),
      );
      const text = lines.join(" ");
      for (const part of ["90.0% of 90%", "10.0% of 10%", "Region = shenzhen", "as planned"])
        assert.ok(text.includes(part), `${part} in ${width} columns:\n${lines.join("\n")}`);
    }
    assert.match(frameOf(good, 80).join("\n"), /p50 2 ms {2}p99 40 ms/);
  });

  it("is told on one line where nobody looks at a terminal", () => {
    const line = lineOf(good);
    assert.match(line, /^1m 5s {2}no rule: 90% v1, 10% v2 of 200, p50 2 ms, p99 40 ms: as planned; header/);
    assert.doesNotMatch(line, /\n/);
  });

  it("is data for scripts", () => {
    const { rules, asPlanned } = dataOf(pictured(tally({ v1: 180, v2: 19 }, { ECONNRESET: 1 }), tally({ v2: 20 })));
    assert.equal(asPlanned, false);
    const [plain] = rules;
    assert.deepEqual(plain?.planned, { v1: 0.9, v2: 0.1 });
    assert.deepEqual(plain?.versions, { v1: { count: 180, share: 0.9 }, v2: { count: 19, share: 0.095 } });
    assert.deepEqual(plain?.errors, { ECONNRESET: 1 });
    assert.deepEqual(plain?.latencyMilliseconds, { p50: 2, p99: 40 });
    assert.equal(plain?.verdict, "not as planned");
  });
});
