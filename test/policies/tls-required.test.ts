import assert from "node:assert/strict";
import { tlsRequired } from "../../policies/tls-required";
import { check } from "./support/check";
import { canaryIngress, ingress, rule, service, unknown } from "./support/objects";

describe("tls-required", () => {
  const secured = async (...hosts: string[]) =>
    (await check(tlsRequired, [ingress({ tls: [{ secretName: "certificate", hosts }] })])).violations;

  for (const host of ["www.test.com", "WWW.test.com", "*.test.com"])
    it(`takes ${host} for www.test.com's`, async () => assert.deepEqual(await secured(host), []));

  for (const host of ["test.com", "shop.test.com", "*.com", "*.www.test.com", "*"])
    it(`does not take ${host} for www.test.com's`, async () => assert.equal((await secured(host)).length, 1));

  it("refuses a host without TLS, and names the key", async () => {
    const { violations } = await check(tlsRequired, [ingress()]);
    assert.deepEqual(violations, [
      "Ingress demo/nginx: spec.tls has no entry for the host www.test.com: add it with its Secret to sluice:route.tls.",
    ]);
  });

  it("wants every host covered, each once", async () => {
    const rules = [rule(), rule({ path: "/shop" }), rule({ host: "a.test.com" }), rule({ host: "b.test.com" })];
    const tls = [{ secretName: "a", hosts: ["a.test.com"] }];
    const { violations } = await check(tlsRequired, [ingress({ rules, tls })]);
    assert.equal(violations.length, 2);
  });

  it("covers a wildcard host by the same wildcard, and by no other", async () => {
    const covered = (hosts: string[]) => check(tlsRequired, [ingress({ host: "*.test.com", tls: [{ hosts }] })]);
    assert.deepEqual((await covered(["*.test.com"])).violations, []);
    assert.equal((await covered(["www.test.com"])).violations.length, 1);
    assert.equal((await covered(["*.com"])).violations.length, 1);
  });

  it("refuses a rule for all hosts, and an entry that names none", async () => {
    const open = ingress({ rules: [{ http: { paths: [{ path: "/" }] } }] });
    assert.match((await check(tlsRequired, [open])).violations[0] ?? "", /a rule for all hosts/);
    assert.equal((await check(tlsRequired, [ingress({ tls: [{ secretName: "certificate" }] })])).violations.length, 1);
  });

  it("leaves a canary alone, which has its mainline's certificate, and other kinds", async () =>
    assert.deepEqual((await check(tlsRequired, [canaryIngress(), service()])).violations, []));

  it("says that it could not be run where the host is unknown", async () => {
    const findings = await check(tlsRequired, [ingress({ host: unknown })]);
    assert.deepEqual(findings.violations, []);
    assert.match(findings.unknown[0] ?? "", /host can't be known/);
  });

  it("is off until a pack config sets its level", () => assert.equal(tlsRequired.enforcementLevel, "disabled"));
});
