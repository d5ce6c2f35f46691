import assert from "node:assert/strict";
import { canaryPlanOf, refuseEach, smallStack } from "../support/stacks";

function affinityOf(changes: Record<string, unknown>) {
  return canaryPlanOf(smallStack({ "sluice:affinity": { mode: "cookie" }, ...changes })).affinity;
}

describe("affinity", () => {
  it("is sticky by the controller's own cookie where nothing else is said", () => {
    const { cookie, behavior } = affinityOf({}) ?? assert.fail();
    assert.deepEqual([cookie, behavior], ["INGRESSCOOKIE", "sticky"]);
  });

  it("takes a cookie's name and a behavior", () => {
    const changes = { "sluice:affinity": { cookie: "Stay", behavior: "legacy" } };
    const { cookie, behavior } = affinityOf(changes) ?? assert.fail();
    assert.deepEqual([cookie, behavior], ["Stay", "legacy"]);
  });

  it("works without a canary, for stable alone", () => {
    const { keys = {} } = affinityOf({ "sluice:canary": undefined, "sluice:canaryWeight": undefined }) ?? {};
    assert.ok(keys["v1"]);
  });

  it("has a key of its own for each version, namespace and workload", () => {
    const all = [{}, { "sluice:namespace": "other" }, { "sluice:workload": "web" }].flatMap((changes) =>
      Object.values(affinityOf(changes)?.keys ?? {}),
    );
    assert.equal(new Set(all).size, 6);
    assert.ok(all.every((key) => /^[0-9a-f]{32}$/.test(key)));
  });

  it("is not there where it is not asked for", () => {
    assert.equal("affinity" in canaryPlanOf(smallStack()), false);
  });
});

describe("affinity refuses", () => {
  refuseEach(smallStack, [
    ["any kind but cookie", { "sluice:affinity": { mode: "ip" } }, "affinity.mode", "ip", /must be cookie/],
    [
      "an unknown behavior",
      { "sluice:affinity": { mode: "cookie", behavior: "loose" } },
      "affinity.behavior",
      "loose",
      /must be sticky or legacy/,
    ],
    [
      "a behavior towards a canary that is not there",
      {
        "sluice:affinity": { mode: "cookie", behavior: "legacy" },
        "sluice:canary": undefined,
        "sluice:canaryWeight": undefined,
      },
      "affinity.behavior",
      "legacy",
      /no meaning without sluice:canary/,
    ],
    [
      "a cookie with a space in its name",
      { "sluice:affinity": { mode: "cookie", cookie: "my cookie" } },
      "affinity.cookie",
      "my cookie",
      /letters, digits and - \. _ ~/,
    ],
    [
      "the affinity's cookie as the rule's",
      { "sluice:affinity": { mode: "cookie", cookie: "trial" }, "sluice:cookieMatch": "trial" },
      "cookieMatch",
      "trial",
      /must be another cookie than trial, the affinity's/,
    ],
    [
      "the affinity's default cookie as the rule's, in another case",
      { "sluice:affinity": { mode: "cookie" }, "sluice:cookieMatch": "ingresscookie" },
      "cookieMatch",
      "ingresscookie",
      /must be another cookie than INGRESSCOOKIE/,
    ],
  ]);
});
