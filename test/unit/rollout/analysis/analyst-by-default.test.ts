import assert from "node:assert/strict";
import { judgedMetrics, limitedMetrics } from "../../../../config/rollout-metrics";
import { UserError } from "../../../../progress/user-error";
import type { SendRequests } from "../../../../rollout/analysis/probe";
import type { Analyst } from "../../../../rollout/subject";
import { planWith } from "../../support/plans";
import { CountedWorld, type Second } from "./counted-world";

const { signal } = new AbortController();
const nobody: Second = {};

describe("an analyst of a stack that names no metrics", () => {
  let world: CountedWorld;
  let analyst: Analyst;
  let told: string[];
  /** How many requests Sluice has sent, and what they are answered by. */
  let sent: number;
  let status: number;

  beforeEach(() => {
    world = new CountedWorld();
    [told, sent, status] = [[], 0, 200];
    const send: SendRequests = (jobs) =>
      Promise.resolve(
        jobs.map(({ count }) => {
          sent += count;
          // The controller counts them as any others.
          world.sums.canary[0] += count;
          return [{ status, times: count, milliseconds: new Array<number>(count).fill(5) }];
        }),
      );
    const edges = { send, tell: (line: string) => void told.push(line) };
    analyst = world.analyst({ metrics: judgedMetrics, standIns: limitedMetrics }, edges);
  });

  const verdicts = async () => (await world.check(analyst)).map(({ name, verdict }) => [name, verdict]);

  it("compares errors and durations where users come, and sends no request", async () => {
    await world.pass(analyst, 3);
    assert.deepEqual(await verdicts(), [
      ["request-success-rate", "no data"],
      ["request-duration", "no data"],
    ]);
    await world.pass(analyst, 150);
    assert.deepEqual(await verdicts(), [
      ["request-success-rate", "passed"],
      ["request-duration", "passed"],
    ]);
    assert.deepEqual([sent, told], [0, []]);
  });

  for (const [what, bad] of [
    ["errors", { canary: [0, 20], stable: [20, 0] }],
    ["slowness", { canary: [20, 0], stable: [20, 0], slow: 20 }],
  ] as [string, Second][])
    it(`finds ${what} that begin in the middle`, async () => {
      assert.deepEqual(await world.pass(analyst, 60), []);
      const alarms = await world.pass(analyst, 30, bad);
      assert.match(alarms[0] ?? "", /worse than 1\.5 times v1's rate/);
      assert.ok((await verdicts()).some(([, verdict]) => verdict === "failed"));
    });

  it("asks a promoted version itself where too little was counted of its predecessor", async () => {
    const { stable: _, canary: __, ...plan } = planWith({});
    world.subject = { ...world.subject, plan: { ...plan, stable: "v2" }, predecessor: {} };
    await world.pass(analyst, 10, { stable: [20, 0] });
    assert.deepEqual(await verdicts(), [["request-success-rate", "passed"]]);
    status = 503;
    assert.deepEqual(await verdicts(), [["request-success-rate", "failed"]]);
    assert.equal(sent, 40);
    assert.deepEqual(told, [
      "too few requests on v1 were counted to compare v2 with: v2 is judged by Sluice's own requests instead, of which at least 99% must succeed",
    ]);
  });

  it("asks the canary itself while no users come, and does not take its own requests for theirs", async () => {
    await world.pass(analyst, 10, nobody);
    for (let round = 0; round < 5; round += 1) {
      assert.deepEqual(await verdicts(), [["request-success-rate", "passed"]]);
      await world.pass(analyst, 10, nobody);
    }
    assert.equal(sent, 100);
    assert.deepEqual(told, [
      "no users send requests to nginx: v2 is judged by Sluice's own requests instead, of which at least 99% must succeed",
    ]);
    status = 500;
    assert.deepEqual(await verdicts(), [["request-success-rate", "failed"]]);
  });

  it("compares again as soon as users come", async () => {
    await world.pass(analyst, 10, nobody);
    await verdicts();
    await world.pass(analyst, 10);
    assert.deepEqual((await verdicts()).length, 2);
    assert.equal(sent, 20);
  });

  it("waits for a while before it says that no users come", async () => {
    await world.pass(analyst, 4, nobody);
    assert.deepEqual(await verdicts(), [
      ["request-success-rate", "no data"],
      ["request-duration", "no data"],
    ]);
  });

  it("asks the canary itself where the counters can't be read, and says so once", async () => {
    world.failure = new UserError("have pods/proxy granted");
    const { since: _, place: __, ...known } = world.subject;
    await analyst.prepare(known, signal);
    assert.deepEqual(await verdicts(), [["request-success-rate", "passed"]]);
    assert.deepEqual(await verdicts(), [["request-success-rate", "passed"]]);
    assert.equal(told.length, 1);
    assert.match(
      told[0] ?? "",
      /^requests can't be counted \(have pods\/proxy granted\): v2 is judged by Sluice's own/,
    );
  });

  it("can't judge a round while counters can't be read that could be read before", async () => {
    await world.pass(analyst, 10);
    world.failure = new UserError("no answer within 2 s");
    assert.deepEqual(await verdicts(), [
      ["request-success-rate", "inconclusive"],
      ["request-duration", "inconclusive"],
    ]);
  });

  it("compares nobody where rules alone choose the canary's users", async () => {
    world.subject = { ...world.subject, plan: planWith({ weight: 0, header: { name: "Trial" } }) };
    assert.deepEqual(await world.pass(analyst, 60, { canary: [0, 20], stable: [20, 0] }), []);
    assert.deepEqual(await verdicts(), [["request-success-rate", "passed"]]);
    assert.match(told[0] ?? "", /^rules alone choose the users of v2 in this step/);
  });
});
