import assert from "node:assert/strict";
import { UserError } from "../../../../progress/user-error";
import type { Subject } from "../../../../rollout/subject";
import { planWith } from "../../support/plans";
import { CountedWorld, usual } from "./counted-world";
import { metricOf, subjectWith } from "./subjects";

const { signal } = new AbortController();
const compared = { name: "request-success-rate", compare: {}, source: "controller" };
const slow = { name: "request-duration", compare: {}, source: "controller" };
const rate = { name: "request-success-rate", thresholdRange: { min: 99 }, source: "controller" };

describe("an analyst that reads the controller's counters", () => {
  let world: CountedWorld;
  beforeEach(() => (world = new CountedWorld()));
  const analystFor = (...metrics: Record<string, unknown>[]) => world.analyst({ metrics: metrics.map(metricOf) });

  it("sees a fault between two rounds, until a round has told it", async () => {
    const analyst = analystFor(compared);
    assert.deepEqual(await world.pass(analyst, 30), []);
    const [alarm = ""] = await world.pass(analyst, 20, { canary: [0, 20], stable: [20, 0] });
    assert.match(alarm, /requests on v2 failed in this step, .* on v1: worse than 1\.5 times v1's rate$/);
    const { verdict, message } = await world.only(analyst);
    assert.equal(verdict, "failed");
    assert.match(message, /worse than 1\.5 times v1's rate/);
    assert.deepEqual(await world.pass(analyst, 5), []);
    assert.equal((await world.only(analyst)).verdict, "failed");
  });

  it("compares with what users asked of stable before, without Sluice's own requests", async () => {
    const secondsToAlarm = async (own: number) => {
      world = new CountedWorld();
      const analyst = analystFor(compared);
      await analyst.prepare(world.subject, signal);
      world.sums.stable[0] += 3000;
      analyst.expectOwn(own);
      for (let second = 1; second <= 60; second += 1)
        if ((await world.pass(analyst, 1, { canary: [0, 5], stable: [5, 0] })).length > 0) return second;
      return Infinity;
    };
    const [known, unknown] = [await secondsToAlarm(0), await secondsToAlarm(3000)];
    assert.ok(known < unknown && unknown < Infinity, `${known} and ${unknown}`);
  });

  describe("after the promotion", () => {
    /** The subject of a bake: the canary's requests are counted where stable's were. */
    const promote = (predecessor: Subject["predecessor"]) => {
      const { stable: _, canary: __, ...plan } = planWith({});
      world.subject = subjectWith({ plan: { ...plan, stable: "v2" }, since: world.time, predecessor });
    };
    const past = { "request-success-rate": { requests: 4000, errors: 40 } };

    it("goes on comparing, with what was counted of the predecessor", async () => {
      const analyst = analystFor(compared);
      await world.pass(analyst, 60);
      promote(past);
      assert.deepEqual(await world.pass(analyst, 120, { stable: [40, 0] }), []);
      const [alarm = ""] = await world.pass(analyst, 10, { stable: [20, 20] });
      assert.match(alarm, /requests on v2 failed in this step, .* on v1 before: worse than 1\.5 times v1's rate$/);
      assert.equal((await world.only(analyst)).verdict, "failed");
    });

    it("takes the predecessor's counts from the record, for a driver that has counted nothing itself", async () => {
      promote(past);
      const analyst = analystFor(compared);
      for (let burst = 0; burst < 12; burst += 1) {
        assert.deepEqual(await world.pass(analyst, 9, { stable: [100, 0] }), []);
        assert.deepEqual(await world.pass(analyst, 1, { stable: [90, 10] }), []);
      }
      const [alarm = ""] = await world.pass(analyst, 30, { stable: [80, 20] });
      assert.match(alarm, /1% of 4000 on v1 before: worse than 1\.5 times v1's rate$/);
    });

    it("finds slow requests by the predecessor's bound", async () => {
      promote({ "request-duration": { requests: 4000, errors: 20, slowerThan: 100 } });
      const analyst = analystFor(slow);
      await world.pass(analyst, 40, { stable: [40, 0] });
      const { verdict, message } = await world.only(analyst);
      assert.notEqual(verdict, "failed");
      assert.match(message, /requests on v2 took longer than 100ms in this step, 0\.5% of 4000 on v1 before/);
      assert.equal((await world.only(analyst)).stableValue, undefined);
    });

    it("can't tell where too little was counted of the predecessor", async () => {
      promote({});
      const analyst = analystFor(compared);
      await world.pass(analyst, 30, { stable: [0, 40] });
      const { verdict, message } = await world.only(analyst);
      assert.deepEqual(
        [verdict, message],
        ["no data", "too few requests on v1 were counted before the promotion to compare v2 with them"],
      );
    });

    it("judges a limit by the requests of the version in its new place", async () => {
      promote({});
      const analyst = analystFor(rate);
      await world.pass(analyst, 10, { stable: [20, 20] });
      assert.match((await world.only(analyst)).message, /^request-success-rate is 50%: it must be at least 99%/);
    });
  });

  it("passes a canary once it is shown to be as good, and not before", async () => {
    const analyst = analystFor(compared);
    await world.pass(analyst, 5);
    assert.equal((await world.only(analyst)).verdict, "no data");
    assert.deepEqual(await world.pass(analyst, 40), []);
    const { verdict, allowed } = await world.only(analyst);
    assert.deepEqual([verdict, allowed], ["passed", "at most 1.5 times as many failed requests as on v1"]);
  });

  it("compares durations by what is slow on stable, from the time on when new pods are warm", async () => {
    const analyst = analystFor(slow);
    assert.deepEqual(await world.pass(analyst, 29, { ...usual, slow: 20 }), []);
    assert.match((await world.only(analyst)).message, /compared from the step's 30th second on/);
    const [alarm = ""] = await world.pass(analyst, 20, { ...usual, slow: 20 });
    assert.match(alarm, /on v2 took longer than 100ms in this step, .* worse than 1\.5 times/);
    const { value = NaN, stableValue = NaN } = await world.only(analyst);
    assert.ok(value > 100 && stableValue <= 100, `${value} ms beside ${stableValue} ms`);
  });

  it("judges a limit by the metric's interval, within the step", async () => {
    const analyst = analystFor(rate);
    await world.pass(analyst, 5, { canary: [10, 10], stable: [20, 0] });
    assert.match((await world.only(analyst)).message, /^request-success-rate is 50%: it must be at least 99%/);
    await world.pass(analyst, 10);
    assert.equal((await world.only(analyst)).verdict, "passed");
  });

  it("can't tell without requests", async () => {
    const analyst = analystFor(rate);
    await world.pass(analyst, 10, {});
    const { verdict, message } = await world.only(analyst);
    assert.deepEqual([verdict, message], ["no data", "no requests reached v2 in the last 10s: cannot tell yet"]);
  });

  it("finds a round inconclusive while the counters can't be read, and goes on with what came meanwhile", async () => {
    const analyst = analystFor(rate);
    await world.pass(analyst, 5);
    world.failure = new UserError("the counters can't be read");
    const { verdict, message } = await world.only(analyst);
    assert.equal(verdict, "inconclusive");
    assert.match(message, /^request-success-rate can't be evaluated: the counters can't be read$/);
    world.failure = undefined;
    await world.pass(analyst, 1, { canary: [0, 80], stable: [0, 0] });
    assert.match((await world.only(analyst)).message, /it must be at least 99%/);
  });

  it("refuses to begin where nobody counts by version, and where the counters can't be read", async () => {
    const { since: _, place: __, ...known } = subjectWith();
    await analystFor(rate).prepare(known, signal);
    world.failure = new UserError("have pods/proxy granted");
    await assert.rejects(analystFor(rate).prepare(known, signal), world.failure);
    await assert.rejects(
      analystFor(rate).prepare({ ...known, controller: undefined }, signal),
      /rollout\.metrics\.0\.source is "controller": it must be probe for request-success-rate under router ingress/,
    );
  });

  it("looks at nothing where no metric is read from counters", async () => {
    world.failure = new Error("read all the same");
    const analyst = analystFor({ ...rate, source: "probe" });
    assert.equal(await analyst.alarm(world.subject, signal), undefined);
  });
});
