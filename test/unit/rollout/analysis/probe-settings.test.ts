import assert from "node:assert/strict";
import { probe as probeSchema } from "../../../../config/probe";
import type { ProbeAnswer, ProbeJob } from "../../../../probe/send-requests";
import { createAnalyst } from "../../../../rollout/analysis/create-analyst";
import { checkHookSecrets } from "../../../../rollout/hook-secrets";
import { planWith } from "../../support/plans";
import { metricOf, subjectWith } from "./subjects";

const { signal } = new AbortController();
const successRate = metricOf({ name: "request-success-rate", thresholdRange: { min: 99 } });
const answer = (changes: Partial<ProbeAnswer>): ProbeAnswer => ({
  status: 200,
  times: 3,
  milliseconds: [1],
  ...changes,
});

describe("the settings of Sluice's own requests", () => {
  /** An analyst whose requests all get one answer, and what was sent. */
  const world = (written: Record<string, unknown>, changes: Partial<ProbeAnswer>) => {
    const sent: ProbeJob[] = [];
    const send = (jobs: readonly ProbeJob[]) => {
      sent.push(...jobs);
      return Promise.resolve(jobs.map(() => [answer(changes)]));
    };
    const probe = probeSchema.parse(written);
    const settings = { metrics: [successRate], interval: 10_000, probe };
    return { sent, analyst: createAnalyst(settings, { send, environment: { LOGIN: "Bearer t0ken", JAR: "id=7" } }) };
  };

  it("give requests another path and more headers, beside those that choose the canary", async () => {
    const { sent, analyst } = world(
      {
        path: "/api/health?x=1",
        headers: { "X-Probe": "yes", Trial: "never" },
        headerVariables: { Authorization: "LOGIN" },
      },
      {},
    );
    const [result] = await analyst.check(subjectWith(), signal);
    assert.equal(result?.verdict, "passed");
    const [{ path, headers } = assert.fail()] = sent;
    assert.equal(path, "/api/health?x=1");
    assert.deepEqual(headers, { "X-Probe": "yes", Authorization: "Bearer t0ken", Trial: "always" });
  });

  it("join a login's cookie with the one that chooses the canary", async () => {
    const { sent, analyst } = world({ headerVariables: { cookie: "JAR" } }, {});
    await analyst.check(subjectWith({ plan: planWith({ cookie: "trial" }) }), signal);
    assert.deepEqual(sent[0]?.headers, { Cookie: "id=7; trial=always" });
  });

  for (const [status, expect, verdict] of [
    [302, [200, 302], "passed"],
    [302, [200], "failed"],
    [404, undefined, "passed"],
    [503, [503], "passed"],
  ] as const)
    it(`say which statuses are good: ${status} ${verdict} with ${JSON.stringify(expect)}`, async () => {
      const { analyst } = world({ expect }, { status });
      assert.equal((await analyst.check(subjectWith(), signal))[0]?.verdict, verdict);
    });

  it("can't lead to a path that the plan doesn't have", async () => {
    const plan = planWith({ weight: 50, header: { name: "Trial" } });
    const routes = plan.routes.map((route) => ({ ...route, path: "/shop" }));
    const { sent, analyst } = world({ path: "/other" }, {});
    const [result] = await analyst.check(subjectWith({ plan: { ...plan, routes } }), signal);
    assert.equal(result?.verdict, "inconclusive");
    assert.match(result.message, /no rule of the plan sends requests to v2 alone/);
    assert.deepEqual(sent, []);
  });

  describe("before the start, by what stable answers, are refused with", () => {
    for (const [what, written, changes, message] of [
      [
        "a redirect",
        {},
        { status: 302, location: "/login" },
        /rollout\.probe\.path is missing: .* \/ redirects to \/login; set rollout\.probe\.path .* or rollout\.probe\.expect to \[302\]/,
      ],
      [
        "a login",
        { path: "/admin" },
        { status: 401 },
        /rollout\.probe\.headerVariables is missing: .* \/admin asks for, which answers 401 without a login/,
      ],
      [
        "gRPC's refusal of HTTP",
        {},
        { status: 415 },
        /rollout\.probe\.path is missing: .* \/ answers 415, as gRPC does; judge by source controller/,
      ],
      [
        "another protocol",
        {},
        { status: undefined, error: "HPE_INVALID_CONSTANT" },
        /answers HPE_INVALID_CONSTANT, as gRPC does/,
      ],
      [
        "a status that isn't expected",
        { expect: [204] },
        { status: 200 },
        /rollout\.probe\.expect is \[204\]: it must have 200, which stable answers at \//,
      ],
    ] as const)
      it(what, async () => {
        const { sent, analyst } = world(written, changes);
        await assert.rejects(analyst.prepare(subjectWith(), signal), { name: "ConfigError", message });
        assert.deepEqual(
          sent.map(({ count, headers }) => [count, headers]),
          [[3, {}]],
        );
      });

    it("nothing that a round of checks may find as well", async () => {
      for (const changes of [{}, { status: 404 }, { status: 503 }, { status: undefined, error: "ECONNREFUSED" }])
        await world({}, changes).analyst.prepare(subjectWith(), signal);
      await world({ expect: [302] }, { status: 302 }).analyst.prepare(subjectWith(), signal);
    });
  });

  it("have their secrets looked for with those of webhooks", () => {
    const probe = probeSchema.parse({ headerVariables: { Authorization: "LOGIN" } });
    assert.throws(
      () => checkHookSecrets({ probe }, {}),
      /rollout\.probe\.headerVariables\.Authorization is "LOGIN": .* set LOGIN to the value of the header Authorization/,
    );
  });
});
