import assert from "node:assert/strict";
import { createJudge, type Judgement, type Observation } from "../../../judge";

const seconds = (judge: ReturnType<typeof createJudge>, count: number, counted: Partial<Observation>): Judgement => {
  const none = { requests: 0, errors: 0 };
  let judgement: Judgement | undefined;
  for (let second = 0; second < count; second += 1)
    judgement = judge.observe({ at: 0, weight: 50, canary: none, stable: none, ...counted });
  assert.ok(judgement);
  return judgement;
};
const of = (errors: number, requests: number) => ({ requests, errors });

describe("a judge", () => {
  it("cannot tell without requests on the canary", () => {
    const { verdict, because } = seconds(createJudge(), 100, { stable: of(1, 100) });
    assert.deepEqual([verdict, because], ["undecided", "no requests reached the canary in this step: cannot tell yet"]);
  });

  it("calls a canary broken that fails beside a stable that doesn't, and stays with it", () => {
    const judge = createJudge();
    seconds(judge, 60, { canary: of(5, 5), stable: of(0, 5) });
    const { verdict, because } = seconds(judge, 600, { canary: of(0, 5), stable: of(0, 5) });
    assert.equal(verdict, "broken");
    assert.equal(
      because,
      "9.09% of 3300 requests on the canary failed in this step, 0% of 3300 on stable: worse than stable",
    );
  });

  it("never blames the canary for errors that stable has as well", () => {
    const { verdict } = seconds(createJudge(), 600, { canary: of(5, 5), stable: of(5, 5) });
    assert.notEqual(verdict, "broken");
  });

  it("takes the errors of one interval for one event: a single burst convicts nobody", () => {
    const judge = createJudge();
    seconds(judge, 60, { canary: of(0, 5), stable: of(0, 5) });
    assert.equal(seconds(judge, 1, { canary: of(50, 50), stable: of(0, 5) }).verdict, "undecided");
  });

  it("counts each error once stable has shown that errors come one by one", () => {
    const judge = createJudge();
    const stable = () => [of(0, 500), of(5, 500), of(6, 500), of(4, 500)];
    for (let round = 0; round < 50; round += 1)
      for (const counted of stable()) seconds(judge, 1, { weight: 0, stable: counted });
    // Two intervals are enough for what would be at most two events otherwise.
    assert.equal(seconds(judge, 3, { canary: of(100, 500), stable: of(5, 500) }).verdict, "broken");
  });

  it("needs fewer observations where stable's history is known", () => {
    const until = (options: Parameters<typeof createJudge>[0]) => {
      const judge = createJudge(options);
      let count = 1;
      while (seconds(judge, 1, { canary: of(5, 5), stable: of(0, 5) }).verdict !== "broken") count += 1;
      return count;
    };
    assert.equal(until({ history: of(0, 36_000) }), 2);
    assert.ok(until({}) > 5);
  });

  it("drops a history that stable itself contradicts: a shared outage is not the canary's fault", () => {
    const judge = createJudge({ history: of(0, 36_000) });
    const { verdict } = seconds(judge, 300, { weight: 20, canary: of(1, 2), stable: of(4, 8) });
    assert.notEqual(verdict, "broken");
  });

  it("judges by stable's earlier error rate where nobody is left on it", () => {
    const judge = createJudge();
    seconds(judge, 100, { canary: of(0, 5), stable: of(0, 5) });
    assert.equal(seconds(judge, 20, { weight: 100, canary: of(5, 10) }).verdict, "broken");
  });

  it("calls a canary without errors healthy after about as many requests as the margin demands", () => {
    const judge = createJudge();
    const traffic = { canary: of(0, 1), stable: of(0, 1) };
    assert.equal(seconds(judge, 299, traffic).verdict, "undecided");
    const { verdict, because } = seconds(judge, 200, traffic);
    assert.equal(verdict, "healthy");
    assert.match(because, /^0% of 499 requests .*: below 1\.5 times stable's rate and 1%$/);
  });

  it("wants to see a healthy canary again in each step", () => {
    const judge = createJudge();
    const traffic = { canary: of(0, 10), stable: of(0, 10) };
    assert.equal(seconds(judge, 100, traffic).verdict, "healthy");
    assert.equal(seconds(judge, 1, { ...traffic, weight: 60 }).verdict, "undecided");
    assert.equal(seconds(judge, 1, { ...traffic, weight: 60, step: 7 }).verdict, "undecided");
    assert.equal(seconds(judge, 100, { ...traffic, weight: 60, step: 7 }).verdict, "healthy");
  });

  it("takes a good word back soon where errors begin", () => {
    const judge = createJudge();
    assert.equal(seconds(judge, 5000, { canary: of(0, 10), stable: of(0, 10) }).verdict, "healthy");
    assert.notEqual(seconds(judge, 3, { canary: of(5, 10), stable: of(0, 10) }).verdict, "healthy");
  });

  it("allows as many errors as it is told", () => {
    const twice = { canary: of(2, 20), stable: of(1, 20) };
    assert.equal(seconds(createJudge(), 600, twice).verdict, "broken");
    assert.notEqual(seconds(createJudge({ allow: 3, tolerate: 3 }), 600, twice).verdict, "broken");
  });

  it("allows less of a difference to requests that the canary serves in part", () => {
    // 30% of the canary's fail and 6.25% of those that both serve: less than five times as many, but the canary's own are
    // among them.
    const verdict = (mixed: number) => {
      const judge = createJudge({ allow: 5, tolerate: 5 });
      let last: Judgement | undefined;
      for (let at = 0; at < 5000; at += 1) {
        const counted = { canary: of(at % 10 < 3 ? 1 : 0, 1), stable: of(at % 4 === 3 ? 1 : 0, 4) };
        last = judge.observe({ at, weight: 20, mixed, ...counted });
      }
      return last?.verdict;
    };
    assert.deepEqual([verdict(0), verdict(0.2)], ["undecided", "broken"]);
  });

  it("stays finite however many requests there are", () => {
    const judge = createJudge();
    for (const [bad, worse] of [
      [0, 900_000],
      [900_000, 0],
      [0, 900_000],
      [900_000, 900_000],
    ] as const) {
      const { evidence } = seconds(judge, 3, { canary: of(bad, 1_000_000), stable: of(worse, 1_000_000) });
      assert.ok(Number.isFinite(evidence.broken) && Number.isFinite(evidence.healthy));
    }
  });

  const none = of(0, 0);
  for (const [what, wrong, message] of [
    ["a time that is none", { at: NaN }, /^at is NaN: pass the time in milliseconds/],
    ["a clock that was set back", { at: -1 }, /^at is -1, which is before 0: the clock was set back/],
    ["a weight above 100", { weight: 101 }, /^weight is 101: pass the percentage/],
    ["a weight that is none", { weight: NaN }, /^weight is NaN/],
    ["a mix that is all the canary's", { mixed: 1 }, /^mixed is 1: pass a part/],
    ["a counter that ran backwards", { canary: of(0, -3) }, /^canary\.requests is -3: a counter ran backwards/],
    ["errors that are no number", { stable: of(NaN, 3) }, /^stable\.errors is NaN: pass a whole number/],
    ["parts of requests", { canary: of(0.5, 3) }, /^canary\.errors is 0\.5: pass a whole number/],
    ["more errors than requests", { stable: of(4, 3) }, /^stable\.errors is 4 of 3 requests: pass errors and requests/],
  ] as const)
    it(`refuses ${what}, and counts nothing of it`, () => {
      const judge = createJudge();
      judge.observe({ at: 0, weight: 50, canary: none, stable: none });
      const fine: Observation = { at: 0, weight: 50, canary: of(0, 1), stable: of(0, 1) };
      const observation = { ...fine, ...wrong };
      assert.throws(() => judge.observe(observation), { name: "UserError", message });
      const { because } = judge.observe({ at: 0, weight: 50, canary: of(0, 1), stable: none });
      assert.match(because, /^0% of 1 requests/);
    });

  for (const [options, message] of [
    [{ falseRollback: 0 }, /^falseRollback is 0: it must be above 0 and below 1/],
    [{ falseRollback: NaN }, /^falseRollback is NaN/],
    [{ falseHealthy: 1 }, /^falseHealthy is 1/],
    [{ allow: 0.5 }, /^allow is 0\.5: it must be 1 or more/],
    [{ tolerate: 0.9 }, /^tolerate is 0\.9: it must be allow, 1, or more/],
    [{ allow: 2 }, /^tolerate is 1\.5: it must be allow, 2, or more/],
    [{ margin: 1 }, /^margin is 1: it must be 0 or more and below 1/],
    [{ margin: 0, tolerate: 1 }, /^margin is 0: it must be above 0 if tolerate is 1/],
    [{ burst: 0 }, /^burst is 0: it must be 1 or more/],
    [{ history: of(-1, 3) }, /^history\.errors is -1: a counter ran backwards/],
  ] as const)
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => createJudge(options), { name: "UserError", message });
    });
});
