import assert from "node:assert/strict";
import { brokenAmong, detections, informationBound, type Situation } from "../../../bench/judging/simulations";
import { createJudge } from "../../../judge";
import { byError, oddsOf } from "../../../judge/bets";
import { Random, Simulation } from "../../../judge/simulate";

/** As many canaries as a true rate of 1% exceeds in one of a thousand tests; the seeds are fixed. */
const rollouts = 200;
const most = 8 / rollouts;

/** The usual test, exact for errors that come one by one: it shows what the simulation would say of a wrong judge. */
function naiveWithin({ rate, weight, canary, stable, burst }: Situation): number {
  let broken = 0;
  for (let seed = 1; seed <= rollouts; seed += 1) {
    const traffic = { requests: rate, weight, canary, stable, burst };
    const simulation = new Simulation(new Random(seed * 7919), traffic);
    const stakes = [2, 3, 4, 6, 9, 14, 25, 60].map((ratio) => ({ odds: oddsOf(weight / 100, 1, ratio), money: 1 / 8 }));
    let isBroken = false;
    for (let seconds = 0; seconds < 3600 && !isBroken;) {
      const counted = simulation.next(3600);
      seconds += counted.intervals;
      for (const stake of stakes) stake.money *= byError(stake.odds, counted.canary.errors, counted.stable.errors, 1);
      isBroken = stakes.reduce((sum, { money }) => sum + money, 0) >= 100;
    }
    if (isBroken) broken += 1;
  }
  return broken / rollouts;
}

describe("rollouts of a simulated hour", () => {
  const alike = (rate: number, weight: number, errors: number, burst: number) => ({
    ...{ rate, weight, burst },
    ...{ canary: errors, stable: errors },
  });

  for (const situation of [
    alike(1, 5, 0.05, 5),
    alike(10, 10, 0.01, 1),
    alike(10, 50, 0.01, 2),
    alike(10, 20, 0.01, 5),
    alike(100, 5, 0.001, 5),
  ])
    it(`hardly ever take back a canary like stable: ${JSON.stringify(situation)}`, () => {
      const seeds = { first: 1, last: rollouts };
      assert.ok(brokenAmong(situation, seeds) <= most * rollouts);
      assert.ok(brokenAmong({ ...situation, isKnown: true }, seeds) <= most * rollouts);
    });

  it("would show a judge that takes each error of a burst for an event of its own", () => {
    assert.ok(naiveWithin(alike(10, 10, 0.01, 1)) <= most);
    assert.ok(naiveWithin(alike(10, 50, 0.01, 2)) > 2 * most);
    assert.ok(naiveWithin(alike(10, 20, 0.01, 5)) > 4 * most);
  });

  for (const weight of [5, 10, 20, 50])
    it(`find 5% beside 1% in 1.5 times the least time that any test needs, at weight ${weight}`, () => {
      const faulty = { rate: 10, weight, canary: 0.05, stable: 0.01, burst: 1 };
      const times = detections(faulty, 400, undefined);
      const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
      const least = informationBound(faulty);
      assert.ok(mean <= 1.5 * least, `${mean} s of ${least} s`);
    });
});

describe("bakes of a simulated hour, after ten minutes beside stable", () => {
  /** The seconds of each bake until the version was called broken; nothing where it was not. */
  function alarms(rate: number, errors: number, burst: number, later = errors): (number | undefined)[] {
    return Array.from({ length: rollouts }, (_, seed) => {
      const judge = createJudge({ allow: 1.5, tolerate: 1.5 });
      const random = new Random((seed + 1) * 104_729);
      const live = (step: number, weight: number, canary: number, seconds: number): number | undefined => {
        const simulation = new Simulation(random, { requests: rate, weight, canary, stable: errors, burst });
        for (let second = 0; second < seconds;) {
          const { intervals, ...counted } = simulation.next(seconds - second);
          second += intervals;
          const { verdict } = judge.observe({ at: 1000 * (3600 * step + second), step, weight, ...counted });
          if (verdict === "broken") return second;
        }
        return undefined;
      };
      return live(0, 20, errors, 600) === undefined ? live(1, 100, later, 3600) : 0;
    });
  }

  for (const [rate, errors, burst] of [
    [10, 0.01, 1],
    [10, 0.01, 5],
    [100, 0.001, 5],
  ] as const)
    it(`hardly ever take back a version like its predecessor: ${rate}/s, ${100 * errors}%, bursts of ${burst}`, () => {
      const broken = alarms(rate, errors, burst).filter((one) => one !== undefined);
      assert.ok(broken.length / rollouts <= most, `${broken.length}`);
    });

  it("find a version that begins to fail ten times as often", () => {
    const found = alarms(10, 0.01, 1, 0.1).filter((one) => one !== undefined);
    assert.ok(found.length >= 0.99 * rollouts, `${found.length}`);
    const mean = found.reduce((sum, one) => sum + one, 0) / found.length;
    assert.ok(mean < 120, `${mean} s`);
  });
});

describe("simulated traffic", () => {
  it("has the rates it is told, however quiet intervals are taken together", () => {
    for (const together of [1, 7, 1000]) {
      const traffic = { requests: 10, weight: 20, canary: 0.06, stable: 0.02, burst: 2 };
      const simulation = new Simulation(new Random(3), traffic);
      const sums = { intervals: 0, requests: 0, canary: 0, stable: 0 };
      while (sums.intervals < 100_000) {
        const { intervals, canary, stable } = simulation.next(together);
        sums.intervals += intervals;
        sums.requests += canary.requests;
        sums.canary += canary.errors;
        sums.stable += stable.errors;
      }
      const isNear = (value: number, expected: number) =>
        assert.ok(Math.abs(value / sums.intervals / expected - 1) < 0.03, `${value / sums.intervals}: ${expected}`);
      isNear(sums.requests, 2);
      isNear(sums.canary, 0.12);
      isNear(sums.stable, 0.16);
    }
  });
});
