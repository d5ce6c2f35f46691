import ipaddr from "ipaddr.js";
import { z } from "zod";

interface AddressRange {
  readonly kind: string;
  readonly first: bigint;
  readonly last: bigint;
}

const allowed = "must be a range such as 192.168.10.240-192.168.10.250 or a block such as 192.168.10.0/24";

/**
 * MetalLB's address pools, as `IPAddressPool.spec.addresses` takes them: ranges or CIDR blocks, IPv4 or IPv6. MetalLB
 * finds a malformed, reversed or overlapping pool only when the object reaches its webhook; here it is found before.
 */
export const addressPools = z
  .array(z.string(allowed), "must be a list of address ranges")
  .min(1, "must have at least one address range")
  .superRefine((pools, context) => {
    const ranges = pools.map((pool, index) => {
      const range = parseRange(pool);
      if (typeof range === "string") context.addIssue({ code: "custom", path: [index], message: range, input: pool });
      return range;
    });
    ranges.forEach((range, index) => {
      const other = ranges.slice(0, index).findIndex((earlier) => overlaps(earlier, range));
      if (other >= 0)
        context.addIssue({
          code: "custom",
          path: [index],
          message: `overlaps with ${pools[other]}`,
          input: pools[index],
        });
    });
  });

/** True for an address of one of the pools; they must have been read by {@link addressPools}. */
export function isInPools(address: string, pools: readonly string[]): boolean {
  const own = parseRange(`${address}-${address}`);
  return pools.some((pool) => overlaps(own, parseRange(pool)));
}

/** The range's bounds, or what is wrong with it. */
function parseRange(pool: string): AddressRange | string {
  const [from, to, ...more] = pool.split("-").map((part) => part.trim());
  if (more.length > 0 || from === undefined) return allowed;
  if (to === undefined) return parseBlock(from);
  if (!isAddress(from) || !isAddress(to)) return allowed;
  const [first, last] = [ipaddr.parse(from), ipaddr.parse(to)];
  if (first.kind() !== last.kind()) return "must have two IPv4 or two IPv6 addresses";
  if (toNumber(first) > toNumber(last)) return `is reversed: the first address must not be above the last`;
  return { kind: first.kind(), first: toNumber(first), last: toNumber(last) };
}

function parseBlock(block: string): AddressRange | string {
  if (!ipaddr.isValidCIDR(block) || !isAddress(block.split("/")[0] ?? "")) return allowed;
  const [address, prefix] = ipaddr.parseCIDR(block);
  const bits = address.kind() === "ipv4" ? 32 : 128;
  const size = 1n << BigInt(bits - prefix);
  const first = (toNumber(address) / size) * size;
  return { kind: address.kind(), first, last: first + size - 1n };
}

/** Four decimals or IPv6: ipaddr.js also reads octal and short forms, which MetalLB refuses. */
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function toNumber(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((total, byte) => total * 256n + BigInt(byte), 0n);
}

function overlaps(left: AddressRange | string | undefined, right: AddressRange | string): boolean {
  if (left === undefined || typeof left === "string" || typeof right === "string") return false;
  return left.kind === right.kind && left.first <= right.last && right.first <= left.last;
}
