import assert from "node:assert/strict";
import { dedicatedServices } from "../../policies/dedicated-services";
import { check } from "./support/check";
import { canaryIngress, ingress, rule, unknown } from "./support/objects";

describe("dedicated-services", () => {
  const demand = async (...resources: Parameters<typeof check>[1]) =>
    (await check(dedicatedServices, resources)).violations;

  it("lets a canary and a mainline with a Service each pass", async () =>
    assert.deepEqual(await demand(ingress(), canaryIngress()), []));

  it("lets several hosts within one Ingress share a Service", async () => {
    const rulesOf = (service: string) => [rule({ service }), rule({ host: "shop.test.com", service })];
    assert.deepEqual(
      await demand(ingress({ rules: rulesOf("nginx-v1") }), canaryIngress({ rules: rulesOf("nginx-canary") })),
      [],
    );
  });

  it("lets Ingresses share a Service that no canary has to do with", async () =>
    assert.deepEqual(
      await demand(
        ingress(),
        canaryIngress(),
        ingress({ name: "a", host: "a.test.com", service: "other" }),
        ingress({ name: "b", host: "b.test.com", service: "other" }),
      ),
      [],
    ));

  it("lets Services of the same name in other namespaces pass", async () =>
    assert.deepEqual(
      await demand(ingress(), canaryIngress(), ingress({ name: "other", namespace: "shop", host: "shop.test.com" })),
      [],
    ));

  it("lets an Ingress of another class, which another controller reads, share a Service", async () =>
    assert.deepEqual(await demand(ingress(), canaryIngress(), ingress({ name: "beside", className: "traefik" })), []));

  it("refuses another Ingress that leads to the canary's Service", async () => {
    const violations = await demand(
      ingress(),
      canaryIngress(),
      ingress({ name: "preview", host: "preview.test.com", service: "nginx-canary" }),
    );
    assert.equal(violations.length, 1);
    assert.match(
      violations[0] ?? "",
      /^Service demo\/nginx-canary is the canary's of Ingress demo\/nginx-canary, and Ingress demo\/preview leads to it too/,
    );
  });

  it("refuses another Ingress that leads to the mainline's Service", async () => {
    const violations = await demand(ingress(), canaryIngress(), ingress({ name: "admin", host: "admin.test.com" }));
    assert.equal(violations.length, 1);
    assert.match(
      violations[0] ?? "",
      /^Service demo\/nginx-v1 is the mainline's of Ingress demo\/nginx, and Ingress demo\/admin/,
    );
  });

  it("refuses a canary and its mainline with one Service, once", async () =>
    assert.equal((await demand(ingress(), canaryIngress({ service: "nginx-v1" }))).length, 1));

  it("counts a default backend", async () => {
    const spec = { defaultBackend: { service: { name: "nginx-canary", port: { number: 80 } } } };
    const fallback = { ...ingress({ name: "fallback" }) };
    const violations = await demand(ingress(), canaryIngress(), { ...fallback, props: { ...fallback.props, spec } });
    assert.equal(violations.length, 1);
  });

  it("checks the others where one leads to an unknown Service, and says so", async () => {
    const findings = await check(dedicatedServices, [
      ingress({ name: "new", host: "new.test.com", service: unknown }),
      ingress(),
      canaryIngress({ service: "nginx-v1" }),
    ]);
    assert.equal(findings.violations.length, 1);
    assert.match(findings.unknown[0] ?? "", /service\.name can't be known/);
  });
});
