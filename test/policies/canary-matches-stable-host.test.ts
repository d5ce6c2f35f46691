import assert from "node:assert/strict";
import { canaryMatchesStableHost } from "../../policies/canary-matches-stable-host";
import { check, urnOf } from "./support/check";
import { canaryIngress, ingress, rule, unknown, without } from "./support/objects";

describe("canary-matches-stable-host", () => {
  const match = (...resources: Parameters<typeof check>[1]) => check(canaryMatchesStableHost, resources);

  it("lets a canary with its mainline's rules pass", async () => {
    const rules = [rule(), rule({ host: "shop.test.com", path: "/cart", pathType: "Exact" })];
    assert.deepEqual((await match(ingress({ rules }), canaryIngress({ rules }))).violations, []);
  });

  it("lets a mainline in another namespace pass, as the controller compares hosts alone", async () =>
    assert.deepEqual((await match(ingress({ namespace: "shop" }), canaryIngress())).violations, []));

  it("takes a missing path type for a prefix, as the controller does", async () => {
    const bare = without(ingress(), "spec.rules.0.http.paths.0.pathType");
    assert.deepEqual((await match(bare, canaryIngress())).violations, []);
  });

  for (const [what, other] of [
    ["host", { host: "ww.test.com" }],
    ["path", { path: "/shop" }],
    ["path type", { pathType: "Exact" }],
    ["class", { className: "internal" }],
  ] as const)
    it(`refuses a canary of another ${what}`, async () => {
      const canary = canaryIngress(other);
      const findings = await match(ingress(), canary);
      assert.equal(findings.violations.length, 1);
      assert.match(findings.violations[0] ?? "", /^Ingress demo\/nginx-canary is a canary for .* so it has no effect/);
      assert.deepEqual(findings.urns, [urnOf(canary)]);
    });

  it("names the rules that there are of the host", async () => {
    const [message] = (await match(ingress(), canaryIngress({ path: "/shop" }))).violations;
    assert.match(message ?? "", /of that host there is www\.test\.com\/ \(Prefix\)/);
  });

  it("refuses one of two rules, and a canary with no mainline at all", async () => {
    const rules = [rule(), rule({ path: "/shop" })];
    assert.equal((await match(ingress(), canaryIngress({ rules }))).violations.length, 1);
    assert.equal((await match(canaryIngress())).violations.length, 1);
  });

  it("refuses nothing while a mainline's host is unknown, and says so", async () => {
    const findings = await match(ingress({ host: unknown }), canaryIngress());
    assert.deepEqual(findings.violations, []);
    assert.match(findings.unknown[0] ?? "", /host can't be known/);
  });
});
