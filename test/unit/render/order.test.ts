import assert from "node:assert/strict";
import fc from "fast-check";
import { waves } from "../../../render/order";

const node = (urn: string, ...dependencies: string[]) => ({ urn, dependencies });
const urnsOf = (nodes: Parameters<typeof waves>[0]) => waves(nodes).map((wave) => wave.map(({ urn }) => urn));

describe("waves", () => {
  it("puts each node behind all that it depends on, in the given order within a wave", () => {
    assert.deepEqual(urnsOf([node("d", "b", "c"), node("b", "a"), node("a"), node("c"), node("e")]), [
      ["a", "c", "e"],
      ["b"],
      ["d"],
    ]);
  });

  it("counts a dependency that is none of the nodes as made", () => {
    assert.deepEqual(urnsOf([node("a", "elsewhere")]), [["a"]]);
  });

  it("refuses circles, naming who is in them", () => {
    assert.throws(() => waves([node("a", "b"), node("b", "a")]), /depend on each other: a → b → a/);
    assert.throws(() => waves([node("a", "a")]), /a → a/);
  });

  it("has no wave for no node", () => {
    assert.deepEqual(waves([]), []);
  });

  it("keeps every node once and every dependency in an earlier wave", () => {
    const graph = fc
      .array(fc.array(fc.nat(20), { maxLength: 4 }), { maxLength: 20 })
      .map((lists) =>
        lists.map((list, index) => node(`${index}`, ...list.filter((other) => other < index).map(String))),
      );
    fc.assert(
      fc.property(graph, (nodes) => {
        const place = new Map(waves(nodes).flatMap((wave, index) => wave.map(({ urn }) => [urn, index] as const)));
        assert.equal(waves(nodes).flat().length, nodes.length);
        for (const { urn, dependencies } of nodes)
          for (const other of dependencies) assert.ok((place.get(other) ?? NaN) < (place.get(urn) ?? NaN));
      }),
    );
  });
});
