import assert from "node:assert/strict";
import { probe, type ProbeSize } from "../../../../rollout/analysis/probe";
import { count, probeReadings } from "../../../../rollout/analysis/probe-readings";
import { limits, type ProbeAnswer, type ProbeJob } from "../../../../probe/send-requests";
import { UserError } from "../../../../progress/user-error";
import type { Subject } from "../../../../rollout/subject";
import { planWith } from "../../support/plans";
import { idleSubject, subjectWith } from "./subjects";

const { signal } = new AbortController();

/** Equal answers, each after so many milliseconds. */
function answers(times: number, changes: Partial<ProbeAnswer> = {}, milliseconds = 10): ProbeAnswer {
  return { status: 200, times, milliseconds: new Array<number>(times).fill(milliseconds), ...changes };
}

/** A probe whose jobs are answered in order, with the jobs that were sent. */
async function probed(subject: Subject, size: ProbeSize, ...sent: ProbeAnswer[][]) {
  const jobs: ProbeJob[] = [];
  const found = await probe(subject, size, (all) => (jobs.push(...all), Promise.resolve(sent)), signal);
  return { jobs, found };
}

describe("probe", () => {
  it("asks the canary and stable by the header that chooses them", async () => {
    const { jobs, found } = await probed(
      subjectWith(),
      { canary: 20, stable: 30 },
      [answers(20, { body: "nginx-v2" })],
      [answers(30, { body: "nginx-v1" })],
    );
    assert.deepEqual(
      jobs.map(({ headers, count: many, host }) => [headers, many, host]),
      [
        [{ Trial: "always" }, 20, "www.test.com"],
        [{ Trial: "never" }, 30, "www.test.com"],
      ],
    );
    assert.deepEqual([count(found.canary), count(found.stable), found.canaryShareOfStable], [20, 30, 0]);
  });

  it("asks the canary alone where nothing is compared", async () => {
    const { jobs } = await probed(subjectWith(), { canary: 5, stable: 0 }, [answers(5)]);
    assert.deepEqual(
      jobs.map(({ headers }) => headers),
      [{ Trial: "always" }],
    );
  });

  it("asks by requests without a rule where all of them are the canary's", async () => {
    const subject = subjectWith({ plan: planWith({ weight: 100 }) });
    const { jobs } = await probed(subject, { canary: 5, stable: 0 }, [answers(5)]);
    assert.deepEqual(jobs[0]?.headers, {});
    await assert.rejects(probed(subject, { canary: 5, stable: 5 }), /no requests reach v1 by the plan/);
  });

  it("asks the idle color at its preview", async () => {
    const { jobs } = await probed(idleSubject(), { canary: 5, stable: 5 }, [answers(5)], [answers(5)]);
    assert.deepEqual(
      jobs.map(({ host }) => host),
      ["preview.test.com", "www.test.com"],
    );
  });

  it("lets requests without a rule stand for stable where no rule leads to it alone", async () => {
    const subject = subjectWith({ plan: planWith({ weight: 20, header: { name: "Region", value: "a" } }) });
    const mixed = [answers(8, { body: "nginx-v1" }), answers(2, { body: "nginx-v2" })];
    const { jobs, found } = await probed(subject, { canary: 10, stable: 10 }, [answers(10)], mixed);
    assert.deepEqual(jobs[1]?.headers, {});
    assert.equal(found.canaryShareOfStable, 0.2);
  });

  it("can't ask a canary that no rule leads to", async () => {
    const subject = subjectWith({ plan: planWith({ weight: 20 }) });
    await assert.rejects(probed(subject, { canary: 10, stable: 0 }), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /no rule of the plan sends requests to v2 alone/);
      return true;
    });
  });

  it("notices that the plan is not taken up, by whom answers", async () => {
    const some = [answers(17, { body: "nginx-v2" }), answers(3, { body: "nginx-v1" })];
    await assert.rejects(
      probed(subjectWith(), { canary: 20, stable: 0 }, some),
      /of 20 requests with header Trial = always, which are all for v2, 3 by v1 were served: the plan is not taken up/,
    );
    const ofStable = [answers(20, { body: "nginx-v2" })];
    await assert.rejects(
      probed(subjectWith(), { canary: 20, stable: 20 }, [answers(20, { body: "nginx-v2" })], ofStable),
      /all for v1, 20 by v2 were served/,
    );
  });

  it("takes answers that tell no version as they are", async () => {
    const some = [answers(1, { status: 503, body: "nginx-v1 is overloaded" }), answers(19, { body: "hello" })];
    const { found } = await probed(subjectWith(), { canary: 20, stable: 0 }, some);
    assert.equal(count(found.canary), 20);
  });
});

describe("probeReadings", () => {
  const readings = (...canary: ProbeAnswer[]) =>
    probeReadings({ canary, stable: [], canaryShareOfStable: 0 }, "in this round");

  it("counts 5xx and no answer as failed, and every other status not", async () => {
    const some = readings(
      answers(10),
      answers(4, { status: 404 }),
      answers(3, { status: 500 }),
      answers(2, { status: undefined, error: "ECONNREFUSED" }),
    );
    assert.deepEqual(await some.counts("canary"), { requests: 19, failed: 5 });
    assert.deepEqual(await some.counts("stable"), { requests: 0, failed: 0 });
  });

  it("takes a request without an answer for as slow as can be", async () => {
    const some = readings(answers(90, {}, 20), answers(10, { status: undefined, error: "ECONNREFUSED" }, 1));
    const { requests, p99 } = await some.durations("canary");
    assert.deepEqual([requests, p99?.milliseconds], [100, limits.timeoutMilliseconds]);
  });
});
