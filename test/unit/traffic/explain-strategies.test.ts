import assert from "node:assert/strict";
import { explainPlan, summarizePlan, warningsOf } from "../../../traffic/explain";
import { blueGreenPlan, replicaRatioPlan, wholeHost } from "../support/plans";

describe("explainPlan and summarizePlan of a blue-green plan", () => {
  const preview = { ...wholeHost, host: "preview.test.com" };

  it("word who is served, and that the other color stays", () => {
    assert.deepEqual(explainPlan(blueGreenPlan()), [
      "http://www.test.com/: 100% v1 (blue)",
      "idle: v2 (green) stays up, for a switch or a rollback",
    ]);
    assert.equal(summarizePlan(blueGreenPlan()), "100% v1 (blue)");
    assert.equal(summarizePlan(blueGreenPlan({ activeColor: "green" })), "100% v2 (green)");
  });

  it("word where the idle color is tried", () => {
    assert.ok(
      explainPlan(blueGreenPlan({ preview: { ...preview, tls: true } })).includes(
        "https://preview.test.com/: 100% v2 (green), for trial before the switch",
      ),
    );
  });

  for (const [retireIdle, state] of [
    ["scaleDown", "is scaled down to 0"],
    ["remove", "is removed"],
  ] as const)
    it(`word that the idle color ${state}, and that nobody is previewed`, () => {
      assert.deepEqual(explainPlan(blueGreenPlan({ retireIdle, preview })), [
        "http://www.test.com/: 100% v1 (blue)",
        "http://preview.test.com/: no version, as there is no idle color",
        `idle: v2 (green) ${state}`,
      ]);
    });

  it("say that nobody is previewed where there is no idle color", () => {
    assert.deepEqual(explainPlan(blueGreenPlan({ colors: { blue: "v1" }, preview })), [
      "http://www.test.com/: 100% v1 (blue)",
      "http://preview.test.com/: no version, as there is no idle color",
    ]);
  });

  it("name the ports behind a Service, and that open connections stay", () => {
    const plan = blueGreenPlan({ router: "service", routes: [], nodePort: 30080, previewNodePort: 30081 });
    assert.deepEqual(explainPlan(plan), [
      "port 30080 of every node: 100% v1 (blue)",
      "port 30081 of every node: 100% v2 (green), for trial before the switch",
      "idle: v2 (green) stays up, for a switch or a rollback",
      "an open connection stays with its color until it closes",
    ]);
    const [headline] = explainPlan({ ...plan, nodePort: undefined });
    assert.equal(headline, "the Service's address: 100% v1 (blue)");
  });

  it("warn of nothing", () => assert.deepEqual(warningsOf(blueGreenPlan()), []));
});

describe("explainPlan and summarizePlan of a plan by replicas", () => {
  it("word the share as one of connections, and what a Service can't do", () => {
    const [headline, ...notes] = explainPlan(replicaRatioPlan({ nodePort: 30080 }));
    assert.equal(headline, "port 30080 of every node: about 75% v1, 25% v2, as 1 of 4 pods are v2's");
    for (const limit of [/of connections, not of requests or users/, /no stickiness/, /no content routing/])
      assert.ok(
        notes.some((note) => limit.test(note)),
        String(limit),
      );
    assert.equal(summarizePlan(replicaRatioPlan()), "about 75% v1, 25% v2");
  });

  it("say so where there is no canary", () => {
    const { canary: _, ...alone } = replicaRatioPlan();
    assert.deepEqual(explainPlan(alone), ["the Service's address: 100% v1 (no canary)"]);
    assert.equal(summarizePlan(alone), "100% v1");
  });

  it("warn of a canary without pods", () => {
    const plan = replicaRatioPlan({ canary: { version: "v2", replicas: 0 } });
    assert.deepEqual(warningsOf(plan), ["warning: nobody can reach v2: it has 0 replicas"]);
    assert.deepEqual(explainPlan(plan).slice(-1), warningsOf(plan));
  });
});
