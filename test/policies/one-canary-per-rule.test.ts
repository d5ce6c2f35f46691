import assert from "node:assert/strict";
import { oneCanaryPerRule } from "../../policies/one-canary-per-rule";
import { check, urnOf } from "./support/check";
import { canaryIngress, ingress, unknown } from "./support/objects";

describe("one-canary-per-rule", () => {
  it("lets one canary beside its mainline pass", async () =>
    assert.deepEqual((await check(oneCanaryPerRule, [ingress(), canaryIngress()])).violations, []));

  for (const [what, other] of [
    ["host", { host: "other.test.com" }],
    ["path", { path: "/shop" }],
    ["path type", { pathType: "Exact" }],
    ["class", { className: "internal" }],
  ] as const)
    it(`lets a second canary of another ${what} pass`, async () => {
      const { violations } = await check(oneCanaryPerRule, [
        canaryIngress(),
        canaryIngress({ name: "second", ...other }),
      ]);
      assert.deepEqual(violations, []);
    });

  it("refuses a second canary of a rule, in whatever namespace and spelling", async () => {
    const second = canaryIngress({
      name: "second",
      namespace: "shop",
      host: "WWW.test.com",
      pathType: "ImplementationSpecific",
    });
    const findings = await check(oneCanaryPerRule, [ingress(), canaryIngress(), second]);
    assert.equal(findings.violations.length, 1);
    assert.match(
      findings.violations[0] ?? "",
      /^Ingress shop\/second is a second canary for www\.test\.com\/ \(Prefix\) beside Ingress demo\/nginx-canary/,
    );
    assert.deepEqual(findings.urns, [urnOf(second)]);
  });

  it("checks the others where one has an unknown host, and says that it could not check that one", async () => {
    const findings = await check(oneCanaryPerRule, [
      canaryIngress({ name: "new", host: unknown }),
      canaryIngress(),
      canaryIngress({ name: "second" }),
    ]);
    assert.equal(findings.violations.length, 1);
    assert.match(findings.unknown[0] ?? "", /rules\.0\.host can't be known/);
  });

  it("lets Ingresses without rules pass", async () =>
    assert.deepEqual(
      (await check(oneCanaryPerRule, [canaryIngress({ rules: [] }), canaryIngress({ rules: [{}] })])).violations,
      [],
    ));
});
