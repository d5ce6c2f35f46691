import assert from "node:assert/strict";
import { at, dependenciesOf, objectOf, runProgram } from "../support/programs";
import { smallStack, type RawConfig } from "../support/stacks";

const [users, other] = ["192.0.2.1", "192.0.2.2"];
const metallb = { "sluice:metallb": { addresses: ["192.0.2.1-192.0.2.9"] } };

/** A migration in whose course both ways in have addresses of their own choice, or those that MetalLB chose. */
async function migration(at: "old" | "new", isExchanging = true) {
  const [oldAddress, newAddress] = at === "new" ? [other, users] : [users, other];
  const pinned = (address: string) => (isExchanging ? { address } : {});
  return runProgram(
    smallStack({
      ...metallb,
      "sluice:ingressController": { kind: "traefik", ...pinned(oldAddress) },
      "sluice:migration": {
        to: "gateway",
        users: at,
        ingressController: { kind: "traefik", ...pinned(newAddress) },
      },
    }),
  );
}

describe("createEntrances", () => {
  for (const [at, taker, giver] of [
    ["new", "traefik-gateway", "traefik"],
    ["old", "traefik", "traefik-gateway"],
  ] as const)
    it(`has ${taker} ask first for the users' address, where users are at the ${at} router`, async () => {
      const program = await migration(at);
      assert.ok(dependenciesOf(objectOf(program, "Service", giver)).includes(`Service ${taker}`));
      assert.ok(!dependenciesOf(objectOf(program, "Service", taker)).includes(`Service ${giver}`));
      assert.equal(program.outputs["address"], users);
    });

  it("waits for no address while each asks for the one that the other has, and for each otherwise", async () => {
    const awaited = async (isExchanging: boolean) => {
      const program = await migration("new", isExchanging);
      return ["traefik", "traefik-gateway"].map((name) =>
        at(objectOf(program, "Service", name).inputs, "metadata", "annotations", "pulumi.com/skipAwait"),
      );
    };
    assert.deepEqual(await awaited(true), ["true", "true"]);
    assert.deepEqual(await awaited(false), [undefined, undefined]);
  });

  it("has kube-proxy see a change of the one that gives the users' address up before the address leaves it", async () => {
    const affinities = async (side: "old" | "new") => {
      const program = await migration(side);
      return ["traefik", "traefik-gateway"].map((name) =>
        at(objectOf(program, "Service", name).inputs, "spec", "sessionAffinity"),
      );
    };
    assert.deepEqual(await affinities("new"), ["ClientIP", undefined]);
    assert.deepEqual(await affinities("old"), [undefined, "ClientIP"]);
  });

  it("lets neither wait for the other where no addresses are exchanged", async () => {
    const program = await migration("new", false);
    for (const [name, beside] of [
      ["traefik", "traefik-gateway"],
      ["traefik-gateway", "traefik"],
    ] as const)
      assert.ok(!dependenciesOf(objectOf(program, "Service", name)).includes(`Service ${beside}`));
  });

  it("protects what all routes lead through in production, and a controller until a migration begins", async () => {
    const protectedIn = async (changes: RawConfig) => {
      const stack = smallStack({ ...metallb, "sluice:ingressController": { kind: "traefik" }, ...changes });
      const { resources } = await runProgram(stack);
      return resources.filter(({ isProtected }) => isProtected).map(({ type, name }) => `${type} ${name}`);
    };
    assert.deepEqual(await protectedIn({}), []);
    const all = await protectedIn({ "sluice:environment": "production" });
    const workload = /^kubernetes:\S+ nginx\b/;
    assert.ok(all.includes("kubernetes:helm.sh/v4:Chart metallb"), all.join());
    assert.ok(all.includes("kubernetes:apps/v1:Deployment traefik"), all.join());
    assert.ok(!all.some((one) => workload.test(one)), all.join());
    const moving = await protectedIn({ "sluice:environment": "production", "sluice:migration": { to: "gateway" } });
    assert.ok(moving.includes("kubernetes:helm.sh/v4:Chart metallb"), moving.join());
    assert.ok(!moving.some((one) => one.includes("traefik")), moving.join());
  });
});
