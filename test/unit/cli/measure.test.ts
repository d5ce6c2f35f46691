import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measurePlan } from "../../../cli/rollout/measure";
import { parseStackConfig } from "../../../config";
import type { ProbeAnswer } from "../../../probe/send-requests";
import { temporaryFolder, writeInto } from "../support/folders";
import { smallStack } from "../support/stacks";

const config = parseStackConfig(smallStack({ "sluice:canaryWeight": 50, "sluice:cookieMatch": "trial" }));
const answer = (body: string, times: number, status = 200): ProbeAnswer => ({ status, body, times, milliseconds: [] });
/** What a plan at 50% and its cookie's two values come to: plain, always, never. */
const planned = [[answer("v1", 50), answer("v2", 50)], [answer("v2", 20)], [answer("v1", 20)]];
const early = [[answer("v1", 100)], [answer("v1", 20)], [answer("v1", 20)]];
const lost = [[answer("v1", 50), { error: "ECONNREFUSED", times: 50, milliseconds: [] }], ...planned.slice(1)];

describe("the measure of what users get", () => {
  const folder = temporaryFolder();
  const { now } = Date;
  const calls = () => {
    const file = join(folder, "calls");
    return existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  };

  /** Measures where each call gets the next answers, the last one for ever, and takes that many seconds. */
  async function measure(answers: readonly ProbeAnswer[][][], seconds: number, signal = new AbortController().signal) {
    writeFileSync(join(folder, "calls"), "0");
    const client = writeInto(
      folder,
      "client.js",
      `const fs = require("node:fs"), file = ${JSON.stringify(join(folder, "calls"))}, all = ${JSON.stringify(answers)};
       const call = Number(fs.readFileSync(file, "utf8"));
       fs.writeFileSync(file, String(call + 1));
       console.log(JSON.stringify(all[Math.min(call, all.length - 1)]));`,
    );
    const began = now();
    Date.now = () => began + calls() * seconds * 1000;
    const cluster = {
      name: "fake",
      profile: { name: "fake", images: {}, charts: {}, client: [process.execPath, client] },
    };
    try {
      return await measurePlan(cluster, config, { address: "127.0.0.1", port: 80 }, 100, signal);
    } finally {
      Date.now = now;
    }
  }

  it("is done with the first sample that is as planned", async () => {
    assert.deepEqual(await measure([planned], 1), {
      asPlanned: true,
      checks: [
        { name: "split", kind: "split", verdict: "passed", message: "requests are served as planned: 50% v1, 50% v2" },
      ],
      // 100 that no rule decides, and 20 for each of two rules.
      sent: 140,
    });
    assert.equal(calls(), 1);
  });

  it("waits while a controller takes the plan up", async () => {
    assert.equal((await measure([early, early, planned], 5)).asPlanned, true);
    assert.equal(calls(), 3);
  });

  it("says after half a minute what users get instead", async () => {
    const { asPlanned, checks } = await measure([early], 16);
    assert.equal(asPlanned, false);
    assert.deepEqual(
      checks.map(({ verdict, message }) => ({ verdict, message })),
      [
        {
          verdict: "failed",
          message:
            "no rule: of 100 requests 100 on v1 (planned 50%), 0 on v2 (planned 50%); " +
            "cookie trial = always: of 20 requests 0 on v2 (planned 100%), 20 on v1 (planned 0%)",
        },
      ],
    );
    assert.equal(calls(), 2);
  });

  it("says after a few seconds that requests are lost", async () => {
    const { asPlanned, checks } = await measure([lost], 2);
    assert.deepEqual([asPlanned, calls()], [false, 2]);
    assert.match(checks[0]?.message ?? "", /50 on v1 .* 50 without a version's answer: .*ECONNREFUSED/);
  });

  it("takes a version's errors for its answers: whether they are is for the checks to say", async () => {
    const errors = [[answer("v1", 50), answer("v2", 50, 500)], ...planned.slice(1)];
    assert.equal((await measure([errors], 1)).asPlanned, true);
  });

  it("ends with the signal", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 150);
    await assert.rejects(measure([early], 0, controller.signal), { name: "AbortError" });
  });
});
