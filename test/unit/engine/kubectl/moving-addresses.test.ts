import assert from "node:assert/strict";
import { addressAnnotations } from "../../../../components/entrance";
import type { Manifest } from "../../../../render/manifest";
import { movingAddresses } from "../../../../engine/kubectl/moving-addresses";

const users = "192.0.2.1";
const other = "192.0.2.2";

function service(name: string, address?: string): Manifest {
  const annotations = addressAnnotations({ address });
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: name, ...(annotations && { annotations }) },
  };
}

/** What is said, the Services as they are, as they are to be, and those that move, in order. */
const cases: [string, Manifest[], Manifest[], string[]][] = [
  [
    "two that exchange their addresses, the users' first",
    [service("old", users), service("new", other)],
    [service("old", other), service("new", users)],
    ["new", "old"],
  ],
  [
    "the same the other way round",
    [service("old", other), service("new", users)],
    [service("new", other), service("old", users)],
    ["old", "new"],
  ],
  [
    "two that were given their addresses without asking",
    [service("old"), service("new")],
    [service("old", other), service("new", users)],
    ["new", "old"],
  ],
  ["none that is only made now", [service("old", users)], [service("new", other)], []],
  ["none that asks for no address any more", [service("old", users)], [service("old")], []],
  ["none that keeps its address", [service("old", users)], [service("old", users)], []],
];

describe("movingAddresses", () => {
  for (const [what, live, changed, names] of cases)
    it(`names ${what}`, () => {
      const moving = movingAddresses(changed, live, users);
      assert.deepEqual(
        moving.map(({ metadata }) => metadata.name),
        names,
      );
    });
});

describe("addressAnnotations", () => {
  it("change the sharing key with the address, by which MetalLB looks anew at who waits", () => {
    assert.deepEqual(addressAnnotations({ address: users }), {
      "metallb.io/loadBalancerIPs": users,
      "metallb.io/allow-shared-ip": users,
    });
    assert.equal(addressAnnotations({}), undefined);
  });
});
