import assert from "node:assert/strict";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { clientPattern } from "../../../traffic/client-pattern";

const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
const textOf = (bytes: readonly number[]) => bytes.join(".");

/** An address, and a range that it lies in as often as not: the range's own address has some of its bits turned over. */
const pairs = fc
  .record({ address: octets, bits: fc.nat(32), flips: fc.array(fc.nat(31), { maxLength: 3 }) })
  .map(({ address, bits, flips }) => {
    const near = flips.reduce(
      (bytes, bit) => bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (128 >> (bit & 7)) : byte)),
      [...address],
    );
    return { range: `${textOf(address)}/${bits}`, address: textOf(near) };
  });

function matches(range: string, header: string): boolean {
  return new RegExp(`^(?:${clientPattern(range)})$`).test(header);
}

describe("clientPattern", () => {
  it("takes an address exactly where it lies in the range", () => {
    let inside = 0;
    fc.assert(
      fc.property(pairs, ({ range, address }) => {
        const expected = ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(range));
        inside += expected ? 1 : 0;
        assert.equal(matches(range, address), expected, `${address} in ${range}`);
      }),
      { numRuns: 3000 },
    );
    assert.ok(inside > 500 && inside < 2500, `${inside} of 3000 inside`);
  });

  it("asks the last address of the header alone, which the way in has appended", () => {
    fc.assert(
      fc.property(pairs, octets, fc.constantFrom(", ", ",", ",  "), ({ range, address }, before, comma) => {
        const header = [textOf(before), address].join(comma);
        assert.equal(matches(range, header), matches(range, address));
      }),
    );
    assert.ok(!matches("10.0.0.0/8", "10.0.0.1, 192.168.0.1"));
  });

  it("takes no text that only ends or begins with an address", () => {
    for (const header of ["", "110.0.0.1", "10.0.0.1x", "x10.0.0.1", "10.0.0", "10.0.0.1.1", "10x0.0.1", "unknown"])
      assert.ok(!matches("10.0.0.0/30", header), header);
  });

  it("does without what RE2 has not", () => {
    fc.assert(fc.property(pairs, ({ range }) => assert.doesNotMatch(clientPattern(range), /\(\?[=!<]|\\[1-9]/)));
  });
});
