import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { addressPools } from "../../../config/addresses";
import { onlyProblemOf, smallStack } from "../support/stacks";

function problemOf(addresses: unknown) {
  return onlyProblemOf(smallStack({ "sluice:metallb": { addresses } }));
}

describe("addressPools", () => {
  it("takes ranges and blocks of IPv4 and IPv6 that don't overlap", () => {
    const pools = ["192.168.10.240-192.168.10.250", "10.0.0.0/24", "fd00::1-fd00::ff", "fd01::/120", "10.0.1.7/32"];
    assert.deepEqual(addressPools.parse(pools), pools);
  });

  it("takes neighbours that touch without overlapping", () => {
    assert.equal(addressPools.safeParse(["10.0.0.1-10.0.0.9", "10.0.0.10-10.0.0.20"]).success, true);
    assert.equal(addressPools.safeParse(["10.0.0.0/25", "10.0.0.128/25"]).success, true);
  });

  const malformed = [
    "192.168.10.240",
    "192.168.10.240-",
    "192.168.10.240-192.168.10.256",
    "192.168.10.0/33",
    "192.168.10/24",
    "10.0.0.1-10.0.0.2-10.0.0.3",
    "nonsense",
    "",
    "fd00::/129",
    "010.0.0.1-010.0.0.9",
  ];
  for (const pool of malformed)
    it(`refuses ${JSON.stringify(pool)} as malformed`, () => {
      const { key, value, allowed } = problemOf([pool]);
      assert.deepEqual([key, value], ["metallb.addresses.0", pool]);
      assert.match(allowed, /must be a range such as .* or a block such as/);
    });

  it("refuses a reversed range", () => {
    assert.match(problemOf(["192.168.10.250-192.168.10.240"]).allowed, /is reversed/);
    assert.match(problemOf(["fd00::ff-fd00::1"]).allowed, /is reversed/);
  });

  it("refuses a range of two families", () => {
    assert.match(problemOf(["192.168.10.1-fd00::1"]).allowed, /two IPv4 or two IPv6/);
  });

  const overlapping: [string, string][] = [
    ["10.0.0.1-10.0.0.9", "10.0.0.9-10.0.0.20"],
    ["10.0.0.9-10.0.0.20", "10.0.0.1-10.0.0.9"],
    ["10.0.0.1-10.0.0.9", "10.0.0.0/24"],
    ["10.0.0.0/16", "10.0.3.0/24"],
    ["10.0.0.77/24", "10.0.0.1-10.0.0.2"],
    ["fd00::1-fd00::ff", "fd00::/64"],
    ["fd00::/64", "fd00::/72"],
  ];
  for (const [first, second] of overlapping)
    it(`refuses ${second} beside ${first}, naming both`, () => {
      const { key, value, allowed } = problemOf([first, second]);
      assert.deepEqual([key, value, allowed], ["metallb.addresses.1", second, `overlaps with ${first}`]);
    });

  it("refuses an empty list and what is no list", () => {
    assert.match(problemOf([]).allowed, /at least one address range/);
    assert.match(problemOf("10.0.0.0/24").allowed, /must be a list/);
  });
});

describe("an address of the controller's own", () => {
  const stack = (address: string) =>
    smallStack({
      "sluice:metallb": { addresses: ["192.168.10.240-192.168.10.250", "fd00::/120"] },
      "sluice:ingressController": { kind: "ingress-nginx", address },
    });

  for (const address of ["192.168.10.251", "10.0.0.1", "fd00::100"])
    it(`is refused outside the stack's own pool: ${address}`, () => {
      const { key, allowed } = onlyProblemOf(stack(address));
      assert.equal(key, "ingressController.address");
      assert.match(allowed, /must be of sluice:metallb\.addresses, 192\.168\.10\.240-192\.168\.10\.250, fd00::\/120/);
    });

  for (const address of ["192.168.10.250", "fd00::ff"])
    it(`may be any of the pool: ${address}`, () => assert.doesNotThrow(() => parseStackConfig(stack(address))));
});
