import assert from "node:assert/strict";
import { besideValues, finishedValues, handOverValues } from "../../../cli/migrate/values";
import { parseStackConfig } from "../../../config";
import { smallStack } from "../support/stacks";

const users = "192.168.10.240";
const other = "192.168.10.241";
const own = { ingressController: { kind: "ingress-nginx", replicas: 2 }, migration: { to: "gateway" } };

describe("a migration's values", () => {
  it("begin with the other router beside", () => {
    const config = parseStackConfig(smallStack());
    assert.deepEqual(besideValues({}, "gateway", config), { migration: { to: "gateway" } });
  });

  it("refuse to begin twice, and to go to what reads the routes already", () => {
    const config = parseStackConfig(smallStack({ "sluice:ingressController": { kind: "traefik" } }));
    assert.throws(() => besideValues(own, "gateway", config), /a migration is under way/);
    assert.throws(() => besideValues({}, "traefik", config), /reads the stack's routes already/);
  });

  it("exchange both addresses, and exchange them back", () => {
    assert.deepEqual(handOverValues(own, "new", { users, other }), {
      ingressController: { kind: "ingress-nginx", replicas: 2, address: other },
      migration: { to: "gateway", users: "new", ingressController: { kind: "traefik", address: users } },
    });
    const handedOver = { ...own, ...handOverValues(own, "new", { users, other }) };
    assert.deepEqual(handOverValues(handedOver, "old", { users, other }), {
      ingressController: { kind: "ingress-nginx", replicas: 2, address: users },
      migration: { to: "gateway", users: "old", ingressController: { kind: "traefik", address: other } },
    });
  });

  it("leave the addresses alone where names lead over", () => {
    assert.deepEqual(handOverValues(own, "new"), { migration: { to: "gateway", users: "new" } });
  });

  it("end with the new router alone, at the address that users have", () => {
    const handedOver = { ...own, ...handOverValues(own, "new", { users, other }) };
    assert.deepEqual(finishedValues(handedOver), {
      router: "gateway",
      ingressController: { kind: "traefik", address: users },
      migration: null,
    });
  });

  it("end at Traefik with a class of its own, behind Ingresses as before", () => {
    assert.deepEqual(finishedValues({ migration: { to: "traefik", users: "new" } }), {
      router: null,
      ingressController: { kind: "traefik", className: "traefik" },
      migration: null,
    });
  });

  it("refuse to end while users come by the old one, and without a migration", () => {
    assert.throws(() => finishedValues(own), /users are still on the old router/);
    assert.throws(() => finishedValues({}), /no migration is under way/);
  });
});

describe("a stack on its way to another router", () => {
  const stack = (migration: object, more = {}) => smallStack({ "sluice:migration": migration, ...more });

  it("has the same plan behind the other router", () => {
    const { plan, migration } = parseStackConfig(stack({ to: "gateway" }));
    assert.equal(migration?.users, "old");
    assert.deepEqual(migration.target.plan, { ...plan, router: "gateway" });
    assert.equal(migration.target.ingressController?.kind, "traefik");
  });

  it("is refused where the other router can't express its plan, naming the key", () => {
    assert.throws(
      () => parseStackConfig(stack({ to: "gateway" }, { "sluice:host": "*.test.com" })),
      /sluice:host is "\*\.test\.com": it must be a host without \* .* \(after the migration to gateway\)/,
    );
  });

  it("is refused where the router is no known one, and under a router that is no Ingress", () => {
    assert.throws(
      () => parseStackConfig(stack({ to: "istio" })),
      /migration\.to is "istio": it must be gateway or traefik/,
    );
    assert.throws(
      () =>
        parseStackConfig(
          stack({ to: "gateway" }, { "sluice:router": "gateway", "sluice:ingressController": undefined }),
        ),
      /migration is .* has no meaning under router gateway \(it is there already\)/,
    );
  });
});
